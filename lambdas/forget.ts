/** Forgetting a connection: its rows tell its groups, and none of them keeps it. */
import type { Connections } from './adapters/connections.ts';
import type { Members } from './adapters/members.ts';

export interface Forgetting {
  connections: Pick<Connections, 'close'>;
  members: Pick<Members, 'leave'>;
}

/** `known` are groups where it was seen as a member, in case that its own rows are gone already. */
export async function forget(
  connectionId: string,
  { connections, members }: Forgetting,
  known: readonly string[] = [],
): Promise<void> {
  const groups = new Set([...known, ...(await connections.close(connectionId))]);
  await Promise.all([...groups].map((group) => members.leave(group, connectionId)));
}
