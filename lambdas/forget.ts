/** Forgetting a connection: its rows tell its groups, and none of them keeps it. */
import type { Connections } from './adapters/connections.ts';
import type { Members } from './adapters/members.ts';
import type { Presence } from './adapters/presence.ts';

export interface Forgetting {
  connections: Pick<Connections, 'close'>;
  members: Pick<Members, 'leave'>;
  presence: Pick<Presence, 'leave'>;
  now: () => number;
}

/** `known` are groups where it was seen as a member, in case that its own rows are gone already. */
export async function forget(
  connectionId: string,
  { connections, members, presence, now }: Forgetting,
  known: readonly string[] = [],
): Promise<void> {
  const left = new Set<string>();
  await connections.close(connectionId, async (group, shownAs) => {
    left.add(group);
    await Promise.all([
      members.leave(group, connectionId),
      ...(shownAs === undefined ? [] : [presence.leave(group, shownAs, connectionId, now())]),
    ]);
  });
  const others = known.filter((group) => !left.has(group));
  await Promise.all(others.map((group) => members.leave(group, connectionId)));
}
