/** What the rules of all domains share: refusals that carry the present state, and names of people. */
import { PulsecastError } from './codes.ts';
import type { Item, Principal } from './domain.ts';

/** An item as a client may see it, without what is hidden. */
const shown = ({ entity, key, rev, data }: Item) => ({ entity, key, rev, data });

/** A refusal because of the present state, which goes with it as `current`. */
export function conflict(message: string, current?: Item): PulsecastError {
  return new PulsecastError('conflict', message, current === undefined ? {} : { current: shown(current) });
}

/** The item, or `not_found`. */
export function found<T>(item: T | undefined, what: string): T {
  if (item === undefined) throw new PulsecastError('not_found', `There is no such ${what}.`);
  return item;
}

/** Refuses when somebody wrote the item since the person saw it. Without `rev` the present state alone decides. */
export function fresh<T extends Item>(item: T, rev: number | undefined): T {
  if (rev !== undefined && rev !== item.rev) throw conflict('Somebody else has changed this.', item);
  return item;
}

/** Refuses an id that is taken. */
export function free(item: Item | undefined, what: string): void {
  if (item !== undefined) throw conflict(`There is a ${what} with this id already.`);
}

/** A refusal of one field of the input. */
export function invalid(path: string, message: string): PulsecastError {
  return new PulsecastError('invalid_input', 'The input does not fit.', { errors: [{ path, message }] });
}

/** What others read of who did something, at most 60 characters. */
export const signature = (principal: Principal) => (principal.name ?? principal.sub).slice(0, 60);
