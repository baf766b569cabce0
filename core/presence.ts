/**
 * Who is in a group, as state: one item a person, however many tabs. Who leaves is marked with `leftAt` at once and hidden
 * by the viewers after a grace, so that a reconnect does not flicker and nobody has to wait for a timer.
 */
export interface PresenceData {
  /** The person's name, or their `sub` when the token has none. */
  name: string;
  /** Epoch ms. */
  since: number;
  /** Epoch ms; absent while a connection of the person is there. */
  leftAt?: number;
}

/** How long somebody who left is still shown, in ms: longer than a reload, a reconnect or a rollover takes. */
export const graceMs = 10_000;

/** How long the item of somebody who left is kept, in ms: a viewer that was away meanwhile learns of the leaving. */
export const keptMs = 10 * 60 * 1000;

/** Whether the person is shown at `now` (epoch ms). */
export function isPresent({ leftAt }: Pick<PresenceData, 'leftAt'>, now: number): boolean {
  return leftAt === undefined || leftAt + graceMs > now;
}

/** A person's item as it is stored. */
export interface PresenceRow {
  rev: number;
  data: PresenceData;
  /** The connections by which the person is there. */
  connections?: ReadonlySet<string>;
  /** Epoch seconds. */
  expiresAt: number;
}

/** What a connection that comes changes: nothing, its own mark only, or that the person is there now. */
export type Arrival = { kind: 'nothing' } | { kind: 'another' } | { kind: 'first'; since: number };

/** `until` is the end of the connection, epoch ms. */
export function arrivalOf(
  row: PresenceRow | undefined,
  connectionId: string,
  until: number,
  now: number,
): Arrival {
  if (row === undefined || row.data.leftAt !== undefined) {
    return { kind: 'first', since: row !== undefined && isPresent(row.data, now) ? row.data.since : now };
  }
  const known = row.connections?.has(connectionId) === true && row.expiresAt * 1000 >= until;
  return { kind: known ? 'nothing' : 'another' };
}

/** What a connection that goes changes: nothing, its own mark only, or that the person has left. */
export function departureOf(
  row: PresenceRow | undefined,
  connectionId: string,
): 'nothing' | 'another' | 'last' {
  if (row?.connections?.has(connectionId) !== true) return 'nothing';
  return row.connections.size > 1 ? 'another' : 'last';
}
