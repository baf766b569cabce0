/** What happens in one run: who looks on, and a list of steps. Drawn by fast-check from a seed. */
import fc from 'fast-check';
import type { FaultPlan } from '../../local/faults/index.ts';

export const userNames = ['admin', 'shift-lead', 'operator', 'other-operator', 'stranger'] as const;
export type UserName = (typeof userNames)[number];

export const commandNames = [
  'set-machine-status',
  'assign-machine',
  'start-shift',
  'end-shift',
  'set-target',
  'clock-in',
  'clock-out',
  'move-employee',
  'report-security',
  'acknowledge-security',
] as const;
export type CommandName = (typeof commandNames)[number];

/** Numbers choose among what there is, modulo how much there is. */
export type Step =
  | { kind: 'pulses'; machine: number; counts: number[] }
  | { kind: 'command'; user: UserName; command: CommandName; line: number; item: number; choice: number }
  | { kind: 'look' | 'leave'; member: number; group: number }
  | { kind: 'cut' | 'refresh'; member: number }
  | { kind: 'close'; connection: number }
  | { kind: 'faults'; plan: FaultPlan }
  | { kind: 'calm' };

export interface Scenario {
  /** Whether the members have what they look at before the first step. */
  settled: boolean;
  members: { client: boolean; user: UserName; groups: number[] }[];
  /** No fault by which pushes may get lost: then nobody need ask for anything. */
  gentle: boolean;
  /** Each with the pause after it, in ms. */
  steps: { step: Step; after: number }[];
}

const index = fc.nat(11);
const user = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<UserName>('admin', 'shift-lead') },
  { weight: 3, arbitrary: fc.constantFrom<UserName>('operator', 'other-operator') },
  { weight: 1, arbitrary: fc.constant<UserName>('stranger') },
);
const rate = (most: number) => fc.integer({ min: 1, max: 10 }).map((tenth) => (most * tenth) / 10);
const ms = (most: number) => fc.integer({ min: 1, max: most });
const times = fc.integer({ min: 1, max: 2 });
const anyFunction = fc.constantFrom('Api', 'Ingest', 'Groups', 'Broadcast', 'Connect', 'Disconnect');

const table = fc.constantFrom('Members', 'Log', 'Factory', 'Connections');

/** Faults by which pushes get lost, as the contract allows: only asking brings what they held. */
export const losing = ['post.lost', 'post.gone', 'post.tooLarge', 'post.throttled', 'post.failed'];

/**
 * The rates leave room for the retries that the template gives its stream mappings: a batch that fails for good goes to
 * the dead letters, by design, and its events then reach nobody before the next change of their items.
 */
const post: fc.Arbitrary<FaultPlan> = fc.oneof(
  rate(0.5).map((r) => ({ 'post.lost': { rate: r } })),
  fc.tuple(rate(0.8), ms(120)).map(([r, m]) => ({ 'post.delayed': { rate: r, ms: m } })),
  rate(0.2).map((r) => ({ 'post.gone': { rate: r } })),
  rate(0.2).map((r) => ({ 'post.tooLarge': { rate: r } })),
  rate(0.4).map((r) => ({ 'post.throttled': { rate: r } })),
  rate(0.3).map((r) => ({ 'post.failed': { rate: r } })),
  fc.tuple(times, ms(300)).map(([t, m]) => ({ 'post.hung': { times: t, ms: m } })),
  rate(0.1).map((r) => ({ 'connection.cut': { rate: r } })),
);

/** A batch of several records comes about when they wait. */
const stream: fc.Arbitrary<FaultPlan> = fc.oneof(
  rate(0.8).map((r) => ({ 'stream.repeated': { rate: r } })),
  fc.tuple(rate(0.8), ms(60)).map(([r, m]) => ({ 'stream.split': { rate: r }, 'stream.delayed': { ms: m } })),
  fc
    .tuple(rate(1), ms(60))
    .map(([r, m]) => ({ 'stream.reordered': { rate: r }, 'stream.delayed': { ms: m } })),
  fc.tuple(rate(0.8), ms(80)).map(([r, m]) => ({ 'stream.delayed': { rate: r, ms: m } })),
);

const database: fc.Arbitrary<FaultPlan> = fc.oneof(
  rate(0.3).map((r) => ({ 'table.conflict': { rate: r, table: 'Factory' } })),
  rate(0.1).map((r) => ({ 'table.throttled': { rate: r } })),
  rate(0.1).map((r) => ({ 'table.unanswered': { rate: r } })),
  fc.tuple(rate(1), ms(60)).map(([r, m]) => ({ 'table.delayed': { rate: r, ms: m } })),
  fc.tuple(table, rate(1), ms(100)).map(([t, r, m]) => ({ 'table.delayed': { table: t, rate: r, ms: m } })),
);

const functions: fc.Arbitrary<FaultPlan> = fc.oneof(
  rate(0.2).map((r) => ({ 'function.throttled': { rate: r } })),
  rate(0.2).map((r) => ({ 'function.failed': { rate: r } })),
  fc
    .tuple(anyFunction, times, ms(40))
    .map(([f, t, m]) => ({ 'function.timedOut': { function: f, times: t, ms: m } })),
  fc.tuple(anyFunction, times).map(([f, t]) => ({ 'function.killedBefore': { function: f, times: t } })),
  fc
    .tuple(anyFunction, times, ms(15))
    .map(([f, t, m]) => ({ 'function.killedDuring': { function: f, times: t, ms: m } })),
  fc.tuple(anyFunction, times).map(([f, t]) => ({ 'function.killedAfter': { function: f, times: t } })),
);

const other: fc.Arbitrary<FaultPlan> = fc.oneof(
  rate(1).map((r) => ({ 'connection.disconnectLost': { rate: r } })),
  fc.constantFrom(-3000, 3000).map((m) => ({ 'clock.skewed': { function: 'Groups', ms: m } })),
);

const rule = fc.oneof(
  { weight: 5, arbitrary: post },
  { weight: 3, arbitrary: stream },
  { weight: 3, arbitrary: database },
  { weight: 3, arbitrary: functions },
  { weight: 1, arbitrary: other },
);

const plan = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.array(rule, { minLength: 2, maxLength: 5 }))
  .map(([seed, parts]): FaultPlan => Object.assign({ seed }, ...parts));

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('pulses' as const),
      machine: index,
      counts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      user,
      command: fc.constantFrom(...commandNames),
      line: index,
      item: index,
      choice: index,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      user: fc.constantFrom<UserName>('admin', 'shift-lead'),
      command: fc.constant<CommandName>('move-employee'),
      line: index,
      item: index,
      choice: index,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('look' as const), member: index, group: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), member: index, group: index }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), member: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('refresh' as const), member: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), connection: index }) },
  { weight: 3, arbitrary: plan.map((one): Step => ({ kind: 'faults', plan: one })) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'calm' }) },
);

/** Mostly short, so that much is under way at once. */
const after = fc.oneof({ weight: 3, arbitrary: fc.nat(8) }, { weight: 1, arbitrary: fc.nat(60) });

/** A scenario without the faults by which pushes get lost. */
function gentled({ steps, ...scenario }: Omit<Scenario, 'gentle'>): Omit<Scenario, 'gentle'> {
  const kept = steps.map(({ step: one, after: ms }) =>
    one.kind !== 'faults'
      ? { step: one, after: ms }
      : {
          step: {
            ...one,
            plan: Object.fromEntries(Object.entries(one.plan).filter(([kind]) => !losing.includes(kind))),
          },
          after: ms,
        },
  );
  return { ...scenario, steps: kept };
}

const scenario = fc.record({
  settled: fc.integer({ min: 0, max: 3 }).map((one) => one > 0),
  members: fc.array(
    fc.record({
      client: fc.boolean(),
      user,
      groups: fc.array(index, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 3, maxLength: 6 },
  ),
  steps: fc.array(fc.record({ step, after }), { minLength: 30, maxLength: 60, size: 'max' }),
});

/** The same seed gives the same scenario; how its steps interleave is up to the machine. */
export function scenarioOf(seed: number): Scenario {
  const [drawn] = fc.sample(fc.tuple(fc.boolean(), scenario), { seed, numRuns: 1 });
  if (drawn === undefined) throw new Error('Nothing was drawn.');
  const [gentle, rest] = drawn;
  return { ...(gentle ? gentled(rest) : rest), gentle };
}
