/** Pieces that are thrown away, by reason: the quality of a machine's shift. */
import * as v from 'valibot';
import type { State } from '../../../core/domain.ts';
import { id, whole } from '../../../core/fields.ts';
import { conflict, found } from '../../../core/rules.ts';
import { leads, worksAt } from '../access.ts';
import { scrapReasons } from '../codes.ts';
import type { Factory } from '../entities.ts';
import { lineOf } from '../partitions.ts';
import { scrapOf, shiftCountOf } from '../worktime.ts';
import { command } from './command.ts';

const what = { line: id, machine: id, reason: v.picklist(scrapReasons) };

const reads = ({ line, machine }: { line: string; machine: string }) => [
  { partition: lineOf(line), entity: 'machine' as const, key: machine },
  { partition: lineOf(line), entity: 'shift' as const },
];

/** Writes how many were thrown away for a reason in this shift; `count` tells it from the number so far. */
function counted(
  state: State<Factory>,
  { machine, reason }: { machine: string; reason: (typeof scrapReasons)[number] },
  count: (soFar: number) => number,
) {
  const was = found(state.get('machine', machine), 'machine');
  const [shift] = state.list('shift');
  if (shift === undefined) throw conflict('There is no active shift on this line.');
  const counts = was.data.scrap?.shift === shift.key ? was.data.scrap.counts : {};
  const amount = count(counts[reason] ?? 0);
  const { [reason]: _before, ...others } = counts;
  const scrap = { shift: shift.key, counts: amount === 0 ? others : { ...others, [reason]: amount } };
  const data = { ...was.data, scrap };
  const total = scrapOf(data, shift.key);
  if (total > shiftCountOf(was.data, shift.key)) {
    throw conflict('This is more than the machine has made in this shift.', was);
  }
  return {
    writes: [{ op: 'update' as const, was, data, hidden: was.hidden }],
    result: { scrap: total },
  };
}

/** Adds scrap. */
export const reportScrap = command({
  input: v.strictObject({ ...what, quantity: whole(1, 10_000) }),
  reads,
  allow: (principal, { line }) => worksAt(principal, line),
  run: (state, input) => counted(state, input, (soFar) => soFar + input.quantity),
});

/** Puts a wrong number right. `was` is the number as the person saw it; another one is a conflict. For leads. */
export const correctScrap = command({
  input: v.strictObject({ ...what, quantity: whole(0, 10_000_000), was: whole(0) }),
  reads,
  allow: (principal, { line }) => leads(principal, line),
  run: (state, input) =>
    counted(state, input, (soFar) => {
      if (soFar !== input.was) {
        throw conflict('The scrap has changed meanwhile.', state.get('machine', input.machine));
      }
      return input.quantity;
    }),
});
