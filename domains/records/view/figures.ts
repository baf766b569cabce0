/** What the screens count and choose; pure. */
import type { Principal } from '../../../core/domain.ts';
import type { LiveItem } from '../../../web/kit/live.ts';
import { mayMove, unitActors } from '../access.ts';
import { isClosed, type Kind, type RequestState } from '../codes.ts';
import { isOverdue } from '../due.ts';
import type { Place, Request } from '../entities.ts';
import { type MoveName, moveNames, moveOf } from '../lifecycle.ts';

/** Sums of states. `requester`: those in which the requester has to do something. */
export const sums = ['open', 'requester', 'closed', 'all'] as const;
type Sum = (typeof sums)[number];

const atRequester: readonly RequestState[] = ['waiting', 'sent-back', 'on-hold'];

/** What of the list is shown. `state` is a state, or a sum of states. */
export interface Filter {
  state: Sum | RequestState;
  kind: Kind | undefined;
  mine: boolean;
  overdue: boolean;
}

/** The moves that the person may make on a request of the unit, as the table of the rules has them. */
export function movesFor(me: Principal, request: Request): MoveName[] {
  const actors = unitActors(me, request.unit, request);
  return moveNames.filter(
    (name) =>
      moveOf(request.details.kind, request.state, name) !== undefined && mayMove(name, actors, request),
  );
}

/** What a request waits for from somebody. */
const turns: readonly MoveName[] = ['approve', 'answer', 'update-request'];

/** The move for which the request waits from this very person. */
export const turnOf = (me: Principal, request: Request): MoveName | undefined =>
  movesFor(me, request).find((name) => turns.includes(name));

function inState(state: RequestState, wanted: Filter['state']): boolean {
  if (wanted === 'all') return true;
  if (wanted === 'requester') return atRequester.includes(state);
  if (wanted === 'open' || wanted === 'closed') return isClosed(state) === (wanted === 'closed');
  return state === wanted;
}

export function fits(
  { state, kind, mine, overdue }: Filter,
  request: Request,
  me: Principal,
  now: number,
): boolean {
  return (
    inState(request.state, state) &&
    (kind === undefined || request.details.kind === kind) &&
    (!mine || request.requester.sub === me.sub) &&
    (!overdue || isOverdue(request, now))
  );
}

/** Open requests as they fall due, then closed ones, the last closed first. */
export function byDue(a: LiveItem<Request>, b: LiveItem<Request>): number {
  const closedA = a.data.closedAt ?? Number.POSITIVE_INFINITY;
  const closedB = b.data.closedAt ?? Number.POSITIVE_INFINITY;
  return closedA === closedB ? a.data.dueAt - b.data.dueAt : closedA > closedB ? -1 : 1;
}

const among =
  (...states: RequestState[]) =>
  ({ data }: LiveItem<Request>) =>
    states.includes(data.state);

/** The figures of a unit. `approve` is the average time from submission to approval, ms, of `approved` requests. */
export function unitFigures(requests: readonly LiveItem<Request>[], places: readonly Place[], now: number) {
  const times = requests.flatMap(({ data }) =>
    data.approvedAt === undefined ? [] : [data.approvedAt - data.submittedAt],
  );
  const count = (...states: RequestState[]) => requests.filter(among(...states)).length;
  return {
    decide: count('submitted'),
    requester: count(...atRequester),
    store: count('approved'),
    loan: count('issued'),
    overdue: requests.filter(({ data }) => isOverdue(data, now)).length,
    approved: times.length,
    approve: times.length === 0 ? undefined : times.reduce((sum, ms) => sum + ms, 0) / times.length,
    ...spaceOf(places),
  };
}

/** Crates in places, and places for crates. */
export const spaceOf = (places: readonly Place[]) => ({
  used: places.reduce((sum, { crates }) => sum + crates.length, 0),
  all: places.reduce((sum, { capacity }) => sum + capacity, 0),
});
