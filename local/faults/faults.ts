/** The faults in force: changed while everything runs, seeded, and nothing but a look into an empty map when off. */
import { type FaultKind, type FaultPlan, type FaultRule, faultKinds } from './kinds.ts';

/** What a fault might strike. */
export interface Subject {
  function?: string | undefined;
  table?: string | undefined;
  body?: { includes(text: string): boolean } | undefined;
}

export interface Faults {
  readonly plan: FaultPlan;
  /** True while the plan has no rule. */
  readonly off: boolean;
  /** How often each kind has struck since the plan was set. */
  readonly struck: Partial<Record<FaultKind, number>>;
  /** Puts a plan in place of the one in force; `{}` ends all faults. The random numbers begin anew. */
  set(plan: FaultPlan): void;
  /** Whether a fault of the kind strikes this time. */
  strikes(kind: FaultKind, subject?: Subject): boolean;
  /** The same for a kind that takes milliseconds: how many; undefined when it does not strike. */
  strikesFor(kind: FaultKind, subject?: Subject): number | undefined;
}

interface Armed extends FaultRule {
  left: number;
}

/** mulberry32: 32 bits of state are plenty for throwing dice, and a seed gives the same throws everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const concerns = ({ function: named, table, body }: FaultRule, subject: Subject): boolean =>
  (named === undefined || subject.function?.includes(named) === true) &&
  (table === undefined || subject.table?.includes(table) === true) &&
  (body === undefined || subject.body?.includes(body) === true);

export function createFaults(first: FaultPlan = {}): Faults {
  const armed = new Map<FaultKind, Armed[]>();
  let plan: FaultPlan = {};
  let struck: Partial<Record<FaultKind, number>> = {};
  let random = randomFrom(1);

  const strike = (kind: FaultKind, subject: Subject = {}): Armed | undefined => {
    const rule = armed
      .get(kind)
      ?.find((one) => one.left > 0 && concerns(one, subject) && random() < (one.rate ?? 1));
    if (rule === undefined) return undefined;
    rule.left -= 1;
    struck[kind] = (struck[kind] ?? 0) + 1;
    return rule;
  };

  const set = (given: FaultPlan): void => {
    plan = given;
    struck = {};
    random = randomFrom(given.seed ?? 1);
    armed.clear();
    for (const kind of Object.keys(faultKinds) as FaultKind[]) {
      const rules = [given[kind] ?? []].flat();
      if (rules.length === 0) continue;
      armed.set(
        kind,
        rules.map((rule) => ({ ...rule, left: rule.times ?? Number.POSITIVE_INFINITY })),
      );
    }
  };
  set(first);

  return {
    get plan() {
      return plan;
    },
    get off() {
      return armed.size === 0;
    },
    get struck() {
      return struck;
    },
    set,
    strikes: (kind, subject) => strike(kind, subject) !== undefined,
    strikesFor(kind, subject) {
      const rule = strike(kind, subject);
      if (rule === undefined) return undefined;
      const usual: { what: string; ms?: number } = faultKinds[kind];
      return rule.ms ?? usual.ms ?? 0;
    },
  };
}
