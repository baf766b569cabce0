/**
 * Who is in a group (`core/presence.ts`): pk `partition` = the group's full name, sk `item` = `presence#<sub>`. `rev` rises
 * when somebody comes or goes, and not when only the set of their connections changes: that is no event.
 */
import type { Principal } from '../../core/domain.ts';
import { arrivalOf, departureOf, keptMs, type PresenceRow } from '../../core/presence.ts';
import { firstRev } from '../../core/rev.ts';
import type { Db, Expression } from './dynamo.ts';
import { sortKey } from './items.ts';

export interface Presence {
  /** `until` is the end of the connection, epoch ms. Nothing is written when the connection is known already. */
  enter(group: string, principal: Principal, connectionId: string, until: number, now: number): Promise<void>;
  /** Nothing is written when the connection is not known. */
  leave(group: string, sub: string, connectionId: string, now: number): Promise<void>;
}

/** Runs until other connections of the same person have had their turn. Each lost one means that another got through. */
const maxRuns = 10;

export function createPresence(db: Db, table: string): Presence {
  /** Reads, decides and writes until the decision still holds when it is written. `undefined` is nothing to write. */
  const settle = async (
    group: string,
    sub: string,
    decide: (row: PresenceRow | undefined) => { set: Expression; condition: Expression } | undefined,
  ): Promise<void> => {
    const key = { partition: group, item: sortKey('presence', sub) };
    for (let run = 0; run < maxRuns; run += 1) {
      const write = decide((await db.get(table, key)) as PresenceRow | undefined);
      if (write === undefined || (await db.write({ table, update: key, ...write })) !== false) return;
    }
    throw new Error(`The presence in ${group} changes faster than it could be written.`);
  };

  return {
    enter: (group, principal, connectionId, until, now) =>
      settle(group, principal.sub, (row) => {
        const arrival = arrivalOf(row, connectionId, until, now);
        if (arrival.kind === 'nothing') return undefined;
        const expiresAt = Math.ceil(Math.max(until, (row?.expiresAt ?? 0) * 1000) / 1000);
        const names = { '#rev': 'rev', '#expiresAt': 'expiresAt', '#connections': 'connections' };
        const values = { ':one': new Set([connectionId]), ':expiresAt': expiresAt };
        if (arrival.kind === 'another') {
          return {
            set: { expression: 'SET #expiresAt = :expiresAt ADD #connections :one', names, values },
            condition: { expression: '#rev = :was', values: { ':was': row?.rev } },
          };
        }
        return {
          set: {
            expression: 'SET #rev = :rev, #data = :data, #expiresAt = :expiresAt ADD #connections :one',
            names: { ...names, '#data': 'data' },
            values: {
              ...values,
              ':rev': row === undefined ? firstRev(now) : row.rev + 1,
              ':data': { name: principal.name ?? principal.sub, since: arrival.since },
            },
          },
          condition:
            row === undefined
              ? { expression: 'attribute_not_exists(#rev)' }
              : { expression: '#rev = :was', values: { ':was': row.rev } },
        };
      }),

    leave: (group, sub, connectionId, now) =>
      settle(group, sub, (row) => {
        const departure = departureOf(row, connectionId);
        if (row === undefined || departure === 'nothing') return undefined;
        const names = { '#connections': 'connections' };
        if (departure === 'another') {
          return {
            set: {
              expression: 'DELETE #connections :one',
              names,
              values: { ':one': new Set([connectionId]) },
            },
            condition: { expression: 'size(#connections) > :single', values: { ':single': 1 } },
          };
        }
        return {
          set: {
            expression: 'SET #rev = :rev, #data.#leftAt = :now, #expiresAt = :expiresAt REMOVE #connections',
            names: {
              ...names,
              '#rev': 'rev',
              '#data': 'data',
              '#leftAt': 'leftAt',
              '#expiresAt': 'expiresAt',
            },
            values: {
              ':rev': row.rev + 1,
              ':now': now,
              ':expiresAt': Math.ceil((now + keptMs) / 1000),
            },
          },
          condition: {
            expression: '#rev = :was AND size(#connections) = :single',
            values: { ':was': row.rev, ':single': 1 },
          },
        };
      }),
  };
}
