/** What the clock does on a line: silent machines, calls that nobody answers, what is old. */
import type { State, SweepDef, Write } from '../../core/domain.ts';
import { answerMs, raisesAt } from './andon.ts';
import { archiveWrites } from './archive.ts';
import type { Factory, FactoryItem } from './entities.ts';
import { raisedNotice } from './notices.ts';
import { lineOf } from './partitions.ts';
import { silenceWrites } from './silence.ts';

export const sweep: SweepDef<Factory> = {
  partitions: (directory) => directory.list('line').map(({ key }) => lineOf(key)),
  run: (state, now, directory) => {
    const corrected = new Set<string>();
    return [
      ...state.list('machine').map((item) => silenceWrites(item, state, directory, corrected, now)),
      ...state.list('andon').map((call) => raise(call, state, directory, now)),
      ...archiveWrites(state, corrected, now),
    ].filter((writes) => writes.length > 0);
  },
};

/** A call goes up a level once it was left unanswered for too long, and the site's leads are told. */
function raise(
  was: FactoryItem<'andon'>,
  state: State<Factory>,
  directory: State<Factory>,
  now: number,
): Write<Factory>[] {
  const due = raisesAt(was.data);
  if (due === undefined || now < due) return [];
  const line = directory.get('line', was.data.line);
  const machine = state.get('machine', was.data.machine);
  return [
    { op: 'update', was, data: { ...was.data, level: 2 } },
    ...(line === undefined || machine === undefined
      ? []
      : raisedNotice(line, directory.get('site', line.data.site), machine, answerMs / 60_000)),
  ];
}
