/** Shifts: one at a time on each line, led by its shift leads. */
import * as v from 'valibot';
import type { State } from '../../../core/domain.ts';
import { id, text, whole } from '../../../core/fields.ts';
import { conflict, found } from '../../../core/rules.ts';
import { leads } from '../access.ts';
import { reasonsOf, windowOf } from '../downtimes.ts';
import type { Factory, FactoryItem, Report } from '../entities.ts';
import { shiftNotice } from '../notices.ts';
import { oeeOf, stopsOf, sumOf, talliesOf } from '../oee.ts';
import { historyOf, lineOf, plant } from '../partitions.ts';
import { command } from './command.ts';

const target = whole(0, 10_000_000);

/** Key of the shift as the person saw it; another one is a conflict. Not `rev`, which every pulse raises. */
const seenShift = v.exactOptional(v.pipe(v.string(), v.maxLength(32)));

function active(state: State<Factory>, seen?: string): FactoryItem<'shift'> {
  const [shift] = state.list('shift');
  if (shift === undefined) throw conflict('There is no active shift on this line.');
  if (seen !== undefined && seen !== shift.key) throw conflict('Another shift is active now.', shift);
  return shift;
}

/** What the shift came to by `now`. */
function reportOf(state: State<Factory>, { key, data }: FactoryItem<'shift'>, now: number): Report {
  const window = windowOf(data, now);
  const machines = state.list('machine');
  const stops = stopsOf(machines, state.list('downtime'));
  return {
    ...data,
    endedAt: window.until,
    machines: talliesOf(machines, stops, key, window),
    reasons: reasonsOf(stops, window),
  };
}

export const startShift = command({
  input: v.strictObject({
    line: id,
    title: text(60),
    lead: text(60),
    /** Planned length, from now. */
    hours: v.pipe(v.number(), v.minValue(0.5, 'must be at least 0.5'), v.maxValue(24, 'must be at most 24')),
    target,
  }),
  reads: ({ line }) => [
    { partition: plant, entity: 'line', key: line },
    { partition: plant, entity: 'site' },
    { partition: lineOf(line), entity: 'shift' },
  ],
  allow: (principal, { line }) => leads(principal, line),
  run: (state, { line, hours, ...input }, { now, id: newId, principal }) => {
    const was = found(state.get('line', line), 'line');
    const [running] = state.list('shift');
    if (running !== undefined) throw conflict('A shift is active on this line already.', running);
    const shift = newId();
    return {
      writes: [
        { op: 'update', was, data: { ...was.data, shift } },
        {
          op: 'create',
          ref: { entity: 'shift', partition: lineOf(line), key: shift },
          data: {
            ...input,
            line,
            startedAt: now,
            plannedEnd: now + Math.round(hours * 3_600_000),
            produced: 0,
          },
        },
        ...shiftNotice('shift-started', was, state.get('site', was.data.site), principal.sub, {
          shift: input.title,
          lead: input.lead,
        }),
      ],
      result: { shift },
    };
  },
});

/** Ends the shift and says what it came to. From then on only late pulses correct the report: reasons given later are not in it. */
export const endShift = command({
  input: v.strictObject({ line: id, shift: seenShift }),
  reads: ({ line }) => [
    { partition: plant, entity: 'line', key: line },
    { partition: plant, entity: 'site' },
    ...(['shift', 'machine', 'downtime'] as const).map((entity) => ({ partition: lineOf(line), entity })),
  ],
  allow: (principal, { line }) => leads(principal, line),
  run: (state, input, { now, principal }) => {
    const line = found(state.get('line', input.line), 'line');
    const was = active(state, input.shift);
    const report = reportOf(state, was, now);
    const { oee } = oeeOf(sumOf(report.machines));
    const { shift: _ended, ...lineData } = line.data;
    const data = { ...was.data, endedAt: now };
    return {
      writes: [
        { op: 'update', was: line, data: lineData },
        { op: 'remove', was },
        { op: 'create', ref: { entity: 'shift', partition: historyOf(input.line), key: was.key }, data },
        {
          op: 'create',
          ref: { entity: 'report', partition: lineOf(input.line), key: was.key },
          data: report,
        },
        ...shiftNotice('shift-ended', line, state.get('site', line.data.site), principal.sub, {
          shift: was.data.title,
          produced: was.data.produced,
          target: was.data.target,
          oee: oee === undefined ? '–' : `${Math.round(oee * 100)} %`,
        }),
      ],
      result: { shift: was.key, produced: was.data.produced, target: was.data.target },
    };
  },
});

export const setTarget = command({
  input: v.strictObject({
    line: id,
    target,
    shift: seenShift,
    /** The target as the person saw it; another one is a conflict. */
    was: v.exactOptional(target),
  }),
  reads: ({ line }) => [{ partition: lineOf(line), entity: 'shift' }],
  allow: (principal, { line }) => leads(principal, line),
  run: (state, input) => {
    const was = active(state, input.shift);
    if (input.was !== undefined && input.was !== was.data.target) {
      throw conflict('Somebody else has changed the target.', was);
    }
    return { writes: [{ op: 'update', was, data: { ...was.data, target: input.target } }] };
  },
});
