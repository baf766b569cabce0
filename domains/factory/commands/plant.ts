/** Building the plant: sites, lines and machines. For admins. */
import * as v from 'valibot';
import type { Principal } from '../../../core/domain.ts';
import { id, text, whole } from '../../../core/fields.ts';
import { conflict, found, free } from '../../../core/rules.ts';
import { isAdmin } from '../access.ts';
import { claims, lineOf, plant } from '../partitions.ts';
import { maxMachines } from '../schemas.ts';
import { command } from './command.ts';

const allow = (principal: Principal) => isAdmin(principal);

export const addSite = command({
  input: v.strictObject({ site: id, title: text(60) }),
  reads: ({ site }) => [{ partition: plant, entity: 'site', key: site }],
  allow,
  run: (state, { site, title }) => {
    free(state.get('site', site), 'site');
    return {
      writes: [{ op: 'create', ref: { entity: 'site', partition: plant, key: site }, data: { title } }],
    };
  },
});

export const addLine = command({
  input: v.strictObject({ site: id, line: id, title: text(60) }),
  reads: ({ site, line }) => [
    { partition: plant, entity: 'site', key: site },
    { partition: plant, entity: 'line', key: line },
  ],
  allow,
  run: (state, { site, line, title }) => {
    found(state.get('site', site), 'site');
    free(state.get('line', line), 'line');
    const data = { site, title, machines: [] };
    return { writes: [{ op: 'create', ref: { entity: 'line', partition: plant, key: line }, data }] };
  },
});

const silence = (fallback: number) => v.optional(whole(10_000, 86_400_000), fallback);

export const addMachine = command({
  input: v.pipe(
    v.strictObject({
      line: id,
      machine: id,
      title: text(60),
      /** Silence in ms after which the machine is idle: 1 min. */
      idleAfterMs: silence(60_000),
      /** ... down: 5 min. */
      downAfterMs: silence(300_000),
      /** ... offline: 15 min. */
      offlineAfterMs: silence(900_000),
    }),
    v.forward(
      v.partialCheck(
        [['idleAfterMs'], ['downAfterMs']],
        (input) => input.idleAfterMs < input.downAfterMs,
        'must be more than idleAfterMs',
      ),
      ['downAfterMs'],
    ),
    v.forward(
      v.partialCheck(
        [['downAfterMs'], ['offlineAfterMs']],
        (input) => input.downAfterMs < input.offlineAfterMs,
        'must be more than downAfterMs',
      ),
      ['offlineAfterMs'],
    ),
  ),
  reads: ({ line, machine }) => [
    { partition: plant, entity: 'line', key: line },
    { partition: claims, entity: 'claim', key: `machine.${machine}` },
  ],
  allow,
  run: (state, { line, machine, ...settings }, { now }) => {
    const was = found(state.get('line', line), 'line');
    free(state.get('claim', `machine.${machine}`), 'machine');
    if (was.data.machines.length >= maxMachines) {
      throw conflict(`A line has at most ${maxMachines} machines.`, was);
    }
    return {
      writes: [
        { op: 'update', was, data: { ...was.data, machines: [...was.data.machines, machine] } },
        {
          op: 'create',
          ref: { entity: 'claim', partition: claims, key: `machine.${machine}` },
          data: { line },
        },
        {
          op: 'create',
          ref: { entity: 'machine', partition: lineOf(line), key: machine },
          data: {
            ...settings,
            line,
            // Nothing was heard of it yet.
            status: 'offline',
            statusSince: now,
            counter: 0,
            rate: 0,
            spark: [],
            sparkAt: 0,
            shiftCount: 0,
          },
          hidden: { seq: [], contactAt: 0, setAt: 0 },
        },
      ],
    };
  },
});
