/** Calls from the machines: made, answered, resolved or taken back. */
import * as v from 'valibot';
import { id, rev, text } from '../../../core/fields.ts';
import { conflict, found, fresh, signature } from '../../../core/rules.ts';
import { worksAt } from '../access.ts';
import { type AndonStep, isOpen, steps } from '../andon.ts';
import { andonKinds } from '../codes.ts';
import type { Andon } from '../entities.ts';
import { calledNotice } from '../notices.ts';
import { historyOf, lineOf, plant } from '../partitions.ts';
import { command } from './command.ts';

/** One call at a time for each machine and kind, by its key. */
const keyOf = (machine: string, kind: Andon['kind']) => `${machine}.${kind}`;

export const callAndon = command({
  input: v.strictObject({
    line: id,
    machine: id,
    kind: v.picklist(andonKinds),
    note: v.exactOptional(text(200)),
  }),
  reads: ({ line, machine, kind }) => [
    { partition: plant, entity: 'line', key: line },
    { partition: lineOf(line), entity: 'machine', key: machine },
    { partition: lineOf(line), entity: 'andon', key: keyOf(machine, kind) },
  ],
  allow: (principal, { line }) => worksAt(principal, line),
  run: (state, input, { principal, now }) => {
    const line = found(state.get('line', input.line), 'line');
    const machine = found(state.get('machine', input.machine), 'machine');
    const key = keyOf(input.machine, input.kind);
    const was = state.get('andon', key);
    if (was !== undefined && isOpen(was.data)) throw conflict('Somebody has called already.', was);
    const data: Andon = {
      ...input,
      state: 'called',
      calledAt: now,
      calledBy: signature(principal),
      level: 1,
    };
    const told = calledNotice(line, machine, input.kind, principal.sub);
    const partition = lineOf(input.line);
    if (was === undefined) {
      return {
        writes: [{ op: 'create', ref: { entity: 'andon', partition, key }, data }, ...told],
        result: { call: key },
      };
    }
    // The closed call makes room, and is kept.
    const old = {
      entity: 'andon' as const,
      partition: historyOf(input.line),
      key: `${key}.${was.rev}`,
    };
    return {
      writes: [{ op: 'update', was, data }, { op: 'create', ref: old, data: was.data }, ...told],
      result: { call: key },
    };
  },
});

function stepCommand(name: AndonStep) {
  return command({
    input: v.strictObject({
      line: id,
      /** Key of the call, `<machine>.<kind>`. */
      call: v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(64, 'is too long')),
      rev,
    }),
    reads: ({ line, call }) => [{ partition: lineOf(line), entity: 'andon', key: call }],
    allow: (principal, { line }) => worksAt(principal, line),
    run: (state, { call, rev: seen }, { principal, now }) => {
      const was = found(state.get('andon', call), 'call');
      const { from, to } = steps[name];
      if (!from.includes(was.data.state)) throw conflict(`This call is ${was.data.state}.`, was);
      const by = signature(principal);
      const mark =
        to === 'acknowledged' ? { acknowledgedAt: now, acknowledgedBy: by } : { closedAt: now, closedBy: by };
      return { writes: [{ op: 'update', was, data: { ...fresh(was, seen).data, ...mark, state: to } }] };
    },
  });
}

/** Says that somebody comes. */
export const acknowledgeAndon = stepCommand('acknowledge');
/** Says that it is done. */
export const resolveAndon = stepCommand('resolve');
/** Takes a call back that nobody has answered yet. */
export const cancelAndon = stepCommand('cancel');
