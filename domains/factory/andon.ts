/**
 * Andon: somebody at a machine calls, somebody answers that they come, and it is resolved. Who may do what is data; the sweep
 * raises a call that nobody answers in time.
 */
import type { Andon } from './entities.ts';

export type AndonState = Andon['state'];
export type AndonStep = 'acknowledge' | 'resolve' | 'cancel';

/** From which states a step is possible, and what it leads to. `call` begins anew wherever nothing is open. */
export const steps: Record<AndonStep, { from: readonly AndonState[]; to: AndonState }> = {
  acknowledge: { from: ['called'], to: 'acknowledged' },
  resolve: { from: ['acknowledged'], to: 'resolved' },
  cancel: { from: ['called'], to: 'cancelled' },
};

/** A call that somebody still has to see to. */
export const isOpen = ({ state }: Pick<Andon, 'state'>): boolean =>
  state === 'called' || state === 'acknowledged';

/** How long the line's leads have to answer a call before the site's are told, in ms. */
export const answerMs = 3 * 60_000;

/** How long a closed call stays on the line, in ms, so that who looks away for a moment still learns of it. */
export const closedMs = 30 * 60_000;

/** When an open call goes up a level, epoch ms; undefined when it does not. */
export const raisesAt = ({ state, level, calledAt }: Andon): number | undefined =>
  state === 'called' && level === 1 ? calledAt + answerMs : undefined;

/** Open calls in the order in which they want somebody: the unanswered first, the raised before others, then the oldest. */
export function byUrgency<T extends { data: Andon }>(calls: readonly T[]): T[] {
  const rank = ({ state, level }: Andon) => (state === 'called' ? 0 : 2) + (level === 2 ? 0 : 1);
  return calls
    .filter(({ data }) => isOpen(data))
    .sort((a, b) => rank(a.data) - rank(b.data) || a.data.calledAt - b.data.calledAt);
}
