/** Doors, gates and alarms of the demo. */
import type { Action, Random } from '../../../core/demo.ts';
import type { Security } from '../entities.ts';
import { demoSite } from '../seed.ts';
import { happens, later, minute, type Part, pick, second, whole } from './chance.ts';

const places = ['Склад пряжи', 'Gate 1', 'Gate 2', 'Красильный цех', 'Server room', 'Loading dock'] as const;
const kinds: readonly [Security['kind'], ...Security['kind'][]] = [
  'door',
  'door',
  'door',
  'access_denied',
  'alarm',
];

/** An event now and then, each acknowledged a little later. */
export function gates(random: Random): Part {
  const open = later<string>();
  return (from, to) => {
    const actions = open.due(to).map(
      (event): Action => ({
        kind: 'command',
        as: 'shift-lead',
        command: 'acknowledge-security',
        input: { site: demoSite, event },
      }),
    );
    if (!happens(random, 3 * minute, to - from)) return actions;
    const event = `gate-${to.toString(36)}-${whole(random, 0, 9999)}`;
    const kind = pick(random, kinds);
    open.add(to + whole(random, 20, 240) * second, event);
    const input = {
      site: demoSite,
      event,
      kind,
      place: pick(random, places),
      ...(kind === 'access_denied' ? { person: `Badge ${whole(random, 4000, 4999)}` } : {}),
    };
    return [...actions, { kind: 'command', as: 'admin', command: 'report-security', input }];
  };
}
