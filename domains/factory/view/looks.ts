/** How states look: icon and tone beside the word, and which come first when a person should see them first. */
import type { Drawing } from '../../../web/kit/icons.tsx';
import type { Tone } from '../../../web/kit/parts.tsx';
import type { Andon, Machine, MachineStatus, Security } from '../entities.ts';
import { drawings } from './icons.ts';

export const statusLooks: Record<MachineStatus, { icon: Drawing; tone: Tone }> = {
  running: { icon: drawings.running, tone: 'good' },
  idle: { icon: drawings.idle, tone: 'waiting' },
  down: { icon: drawings.down, tone: 'bad' },
  maintenance: { icon: drawings.maintenance, tone: 'busy' },
  offline: { icon: drawings.offline, tone: 'quiet' },
};

/** Order in sums: what needs somebody first. */
export const statusOrder: readonly MachineStatus[] = ['down', 'maintenance', 'idle', 'offline', 'running'];

export const kindIcons: Record<Security['kind'], Drawing> = {
  door: drawings.door,
  access_denied: drawings.denied,
  alarm: drawings.alarm,
};

export const andonIcons: Record<Andon['kind'], Drawing> = {
  material: drawings.material,
  quality: drawings.quality,
  mechanic: drawings.maintenance,
  help: drawings.help,
};

export const severityTones: Record<Security['severity'], Tone> = {
  info: 'quiet',
  warning: 'waiting',
  critical: 'bad',
};

/**
 * How long, in ms, a machine that is said to run has sent nothing, once that is longer than it may be: the sweep should
 * have made it idle. Undefined when there is nothing to doubt.
 */
export function silentFor(machine: Machine, now: number): number | undefined {
  if (machine.status !== 'running') return undefined;
  const silence = now - (machine.lastPulseAt ?? machine.statusSince);
  return silence > machine.idleAfterMs ? silence : undefined;
}
