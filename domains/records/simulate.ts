/**
 * A day at the demo store: crates are asked for, decided on, lent out and brought back, each with a life of its own. All
 * that is lent comes back, and the sweep puts closed requests away, so that the demo may run for ever.
 *
 * Deterministic: the same random source and times give the same day. Commands may be refused (`conflict`) when somebody
 * at a screen was faster; the errand then begins anew.
 */
import type { Action, Random } from '../../core/demo.ts';
import { services } from './codes.ts';
import { cratesOf } from './seed.ts';
import { type DemoUnit, demoStore, demoUnits } from './seed-contents.ts';

const second = 1000;

const whole = (random: Random, least: number, most: number) =>
  least + Math.floor(random() * (most - least + 1));
const pick = <T>(random: Random, from: readonly T[]): T | undefined =>
  from[whole(random, 0, from.length - 1)];

const purposes = [
  'Hearing',
  'Проверка',
  'Audit sample',
  'Запрос клиента',
  'Copy for the board',
  'Сверка',
] as const;
const rooms = ['Room 12', 'Каб. 305', 'Front desk', 'Room 214', 'Приёмная'] as const;
const questions = ['Which years exactly?', 'Кто заберёт короб?', 'Is a scan enough?'] as const;
const answers = ['2016 and 2017', 'Курьер, после обеда', 'No, the original is needed'] as const;

/** Crates of the seed that stand in the store and that no seeded request has. */
const errandCrates: Record<DemoUnit['unit'], readonly number[]> = { '1': [5, 7, 8, 9], '2': [0, 1, 5, 6] };

type Stage = 'submit' | 'decide' | 'answer' | 'resubmit' | 'approve' | 'issue' | 'return';

/** What one crate goes through, over and over. */
function errand(random: Random, of: DemoUnit, crate: string, start: number) {
  const { unit, clerk, head } = of;
  let stage: Stage = 'submit';
  let request = '';
  let at = start + whole(random, 2, 90) * second;

  /** Goes on to a stage in so many seconds. */
  const next = (to: Stage, now: number, least: number, most: number) => {
    stage = to;
    at = now + whole(random, least, most) * second;
  };
  const act = (as: string, command: string, input: object, then: (result: unknown) => void): Action => ({
    kind: 'command',
    as,
    command,
    input: { unit, ...input },
    ...{ then },
  });
  const submit = (now: number): Action => {
    const details = {
      kind: 'withdrawal',
      purpose: pick(random, purposes),
      deliverTo: pick(random, rooms),
      days: whole(random, 1, 30),
    };
    return act(clerk, 'submit', { crates: [crate], service: pick(random, services), details }, (result) => {
      request = (result as { request: string }).request;
      next('decide', now, 10, 45);
    });
  };
  const approve = (now: number): Action =>
    act(head, 'approve', { request }, () => next('issue', now, 15, 60));

  function decide(now: number): Action {
    const chance = random();
    if (chance < 0.6) return approve(now);
    if (chance < 0.75) {
      return act(head, 'ask', { request, note: pick(random, questions) }, () => next('answer', now, 10, 40));
    }
    if (chance < 0.9) {
      return act(head, 'send-back', { request, reason: 'unclear' }, () => next('resubmit', now, 15, 60));
    }
    return act(head, 'reject', { request, reason: 'not-justified' }, () => next('submit', now, 60, 180));
  }

  const stages: Record<Stage, (now: number) => Action> = {
    submit,
    decide,
    answer: (now) =>
      act(clerk, 'answer', { store: demoStore, request, note: pick(random, answers) }, () =>
        next('approve', now, 10, 40),
      ),
    resubmit: (now) => act(clerk, 'resubmit', { request }, () => next('approve', now, 10, 40)),
    approve,
    issue: (now) =>
      act('store-head', 'issue', { store: demoStore, request }, () => next('return', now, 45, 180)),
    return: (now) =>
      act('store-head', 'return', { store: demoStore, request }, () => next('submit', now, 30, 120)),
  };

  return (now: number): Action[] => {
    if (now < at) return [];
    const action = stages[stage](now);
    // Unless it is done, which moves the errand on, somebody else has this request: the crate may be free again by then.
    next('submit', now, 180, 300);
    return [action];
  };
}

/** Starts a simulation at `start` (epoch ms). Each call gives what happened since the last one. */
export function simulate(random: Random, start: number): (now: number) => Action[] {
  const errands = demoUnits.flatMap((of) => {
    const crates = cratesOf(of);
    return errandCrates[of.unit].flatMap((index) => {
      const crate = crates[index];
      return crate === undefined ? [] : [errand(random, of, crate, start)];
    });
  });
  // An errand takes one step a call at most, however long the caller slept: nothing piles up.
  return (now) => errands.flatMap((one) => one(now));
}
