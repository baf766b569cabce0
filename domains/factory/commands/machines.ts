/** What people say of machines: their status, who runs them, and how fast they could be. */
import * as v from 'valibot';
import { id, text, time } from '../../../core/fields.ts';
import { conflict, found, invalid } from '../../../core/rules.ts';
import { leads, worksAt } from '../access.ts';
import { givenReasons } from '../codes.ts';
import { downtimeKey, endOfStop } from '../downtimes.ts';
import { defaultIdealRate } from '../oee.ts';
import { lineOf } from '../partitions.ts';
import { idealRate } from '../schemas.ts';
import { byClock, byHand, heardOf, withStanding } from '../status.ts';
import { begin } from '../track.ts';
import { command } from './command.ts';

const target = {
  line: id,
  machine: id,
  /**
   * `statusSince` as the person saw it; another one is a conflict. Not `rev`, which every pulse raises.
   */
  statusSince: v.exactOptional(time),
  note: v.exactOptional(text(200)),
};

export const setMachineStatus = command({
  input: v.variant('status', [
    v.strictObject({
      ...target,
      status: v.literal('maintenance'),
      reason: v.exactOptional(v.picklist(givenReasons)),
    }),
    v.strictObject({ ...target, status: v.literal('down'), reason: v.picklist(givenReasons) }),
    v.strictObject({ ...target, status: v.literal('idle') }),
  ]),
  reads: ({ line, machine }) => [
    { partition: lineOf(line), entity: 'machine', key: machine },
    { partition: lineOf(line), entity: 'shift' },
  ],
  allow: (principal, { line }) => worksAt(principal, line),
  run: (state, input, { now }) => {
    const was = found(state.get('machine', input.machine), 'machine');
    const { status, statusSince, reason } = was.data;
    if (input.statusSince !== undefined && input.statusSince !== statusSince) {
      throw conflict('The status has changed meanwhile.', was);
    }
    if (!byHand[status].includes(input.status)) {
      throw conflict(`A machine that is ${status} cannot be set to ${input.status}.`, was);
    }
    const given = 'reason' in input ? input.reason : undefined;
    const sameDowntime = status === 'down' && input.status === 'down';
    if (sameDowntime && given === reason) throw conflict('The machine is down for this reason already.', was);
    const standing = {
      status: input.status,
      // Another reason does not begin another downtime.
      since: sameDowntime ? statusSince : now,
      ...(given === undefined ? {} : { reason: given }),
    };
    // A silence that no sweep has seen yet came before what the person says.
    const clocked = sameDowntime ? undefined : byClock(was.data, heardOf(was), now);
    const before = clocked === undefined ? was.data : withStanding(was.data, clocked);
    const data = withStanding(before, standing, input.note);
    const [shift] = state.list('shift');
    const ended = endOfStop({ ...was, data: before }, data, shift !== undefined);
    const begun = sameDowntime ? [] : clocked === undefined ? [data] : [before, data];
    const hidden = { ...begin(was, begun, shift), setAt: now };
    return {
      writes: [{ op: 'update', was, data, hidden }, ...ended],
      // Key of the downtime that ended with this, if one did: whoever ends it may know why it was.
      result: ended.length === 0 ? {} : { downtime: downtimeKey(was) },
    };
  },
});

export const assignMachine = command({
  input: v.strictObject({ line: id, machine: id, employee: v.nullable(id) }),
  reads: ({ line, machine, employee }) => [
    { partition: lineOf(line), entity: 'machine', key: machine },
    ...(employee === null ? [] : [{ partition: lineOf(line), entity: 'employee' as const, key: employee }]),
  ],
  allow: (principal, { line }) => worksAt(principal, line),
  run: (state, { machine, employee }) => {
    const was = found(state.get('machine', machine), 'machine');
    const { operator: _before, ...data } = was.data;
    if (employee === null) return { writes: [{ op: 'update', was, data, hidden: was.hidden }] };
    const person = state.get('employee', employee);
    if (person === undefined) throw invalid('employee', 'is not of this line');
    if (!person.data.onFloor) throw conflict('This person is not on the floor.', person);
    return { writes: [{ op: 'update', was, data: { ...data, operator: employee }, hidden: was.hidden }] };
  },
});

/** Sets the pieces per minute that performance is measured against. `was` is the rate as the person saw it. */
export const setIdealRate = command({
  input: v.strictObject({ line: id, machine: id, perMinute: idealRate, was: v.exactOptional(idealRate) }),
  reads: ({ line, machine }) => [{ partition: lineOf(line), entity: 'machine', key: machine }],
  allow: (principal, { line }) => leads(principal, line),
  run: (state, input) => {
    const was = found(state.get('machine', input.machine), 'machine');
    const held = was.data.idealRate ?? defaultIdealRate;
    if (input.was !== undefined && input.was !== held) {
      throw conflict('Somebody else has changed the ideal rate.', was);
    }
    const data = { ...was.data, idealRate: input.perMinute };
    return { writes: [{ op: 'update', was, data, hidden: was.hidden }] };
  },
});
