/** The last frames that went over the socket, in both directions. */
import { signal } from '@preact/signals';
import type { Client, Frame, FrameTap } from '../../client/types.ts';

export interface Tapped extends FrameTap {
  id: number;
  /** Length of the frame as JSON, in bytes. */
  bytes: number;
}

/** Most frames that are kept: a console that stays open must not grow. */
const mostKept = 500;

export function startTap(client: Pick<Client, 'on'>) {
  const frames = signal<readonly Tapped[]>([]);
  const paused = signal(false);
  let last = 0;
  const encoder = new TextEncoder();
  const stop = client.on('frame', (tap) => {
    if (paused.peek()) return;
    last += 1;
    const bytes = encoder.encode(JSON.stringify(tap.frame)).length;
    frames.value = [{ ...tap, id: last, bytes }, ...frames.peek()].slice(0, mostKept);
  });
  return { frames, paused, stop };
}

export type Tap = ReturnType<typeof startTap>;

/** Whether a frame speaks of a group, or of none in particular. */
export function concerns({ groups, group }: Frame, name: string): boolean {
  if (typeof group === 'string') return group === name;
  if (!Array.isArray(groups)) return true;
  return (
    groups.length === 0 || groups.some((one) => one === name || (one as { group?: string })?.group === name)
  );
}
