/** Runs a rule of a domain: read, decide, write; when another write came first, from the start. */
import { PulsecastError } from '../core/codes.ts';
import { type AnyDomain, type Item, type Read, type State, stateOf, type Write } from '../core/domain.ts';
import type { Beside, Items } from './adapters/items.ts';
import { newId } from './ids.ts';
import { fullJitter, sleep } from './pacing.ts';
import { count } from './telemetry.ts';

/** What must be read besides, of what was read. */
export type Further = (state: State, now: number) => readonly Read[];

/** Reads the state of a rule, in two steps when `further` asks for more. */
export async function readState(
  items: Items,
  domain: string,
  reads: readonly Read[],
  now: number,
  further?: Further,
): Promise<State> {
  const first = await items.read(domain, reads);
  const more = further?.(stateOf(first), now) ?? [];
  if (more.length === 0) return stateOf(first);
  const idOf = ({ partition, entity, key }: Item) => `${partition}\n${entity}\n${key}`;
  const known = new Set(first.map(idOf));
  return stateOf([...first, ...(await items.read(domain, more)).filter((item) => !known.has(idOf(item)))]);
}

/**
 * Times that a rule is run before the caller is told that the state changes too fast: some 2 s with the pauses. Of those who
 * want one item at once at least one wins each round, so that ten winners of fifty come before anybody gives up.
 */
const maxRuns = 16;

export interface Decided<T> extends Beside {
  writes: readonly Write[];
  value: T;
}

export interface RuleOptions {
  items: Items;
  now: () => number;
  pause?: (ms: number) => Promise<void>;
  random?: () => number;
}

/**
 * What `decide` made of the state, once its writes are done; `repeated` when the guard did not hold. `decide` may throw
 * to refuse, and is asked again with a fresh state after a lost race. Error: `rate_limited` when every race was lost.
 */
export async function runRule<T>(
  domain: AnyDomain,
  reads: readonly Read[],
  decide: (state: State, now: number) => Decided<T>,
  { items, now, pause = sleep, random = Math.random }: RuleOptions,
  further?: Further,
): Promise<{ value: T } | 'repeated'> {
  for (let run = 0; run < maxRuns; run += 1) {
    if (run > 0) {
      count('conflicts');
      await pause(fullJitter(run, 10, 400, random));
    }
    const state = await readState(items, domain.name, reads, now(), further);
    const at = now();
    const { writes, value, ...beside } = decide(state, at);
    const outcome = await items.write(domain, writes, at, beside);
    if (outcome === 'done') return { value };
    if (outcome === 'repeated') return 'repeated';
  }
  throw new PulsecastError('rate_limited', 'The state changes faster than this could be done. Try again.', {
    retryAfterMs: 1000,
  });
}

/**
 * Ids for one call. Each run of its rule begins with `restart()` and then gets the same ids in the same order, so that a
 * rule that is run again creates the same items.
 */
export function stableIds(make: () => string = newId): { id: () => string; restart: () => void } {
  const ids: string[] = [];
  let used = 0;
  return {
    id: () => {
      const id = ids[used] ?? make();
      ids[used] = id;
      used += 1;
      return id;
    },
    restart: () => {
      used = 0;
    },
  };
}
