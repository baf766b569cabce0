/**
 * Who may do what with records. `unit:<unit>` and `store:<store>` of the token name where somebody belongs; an answer never
 * depends on whether another unit, or anything in it, exists. `admin` may do everything but speak for a requester.
 */
import { hasRole, hasUnit, type Principal, type State } from '../../core/domain.ts';
import type { Records, Request } from './entities.ts';
import { type Actor, actorsOf, type MoveName, moveOf } from './lifecycle.ts';

export const isAdmin = (principal: Principal) => hasRole(principal, 'admin');

export const isHead = (principal: Principal, unit: string) =>
  isAdmin(principal) || (hasRole(principal, 'unit-head') && hasUnit(principal, `unit:${unit}`));

/** Belongs to the unit: its heads and clerks. */
export const isOfUnit = (principal: Principal, unit: string) =>
  isHead(principal, unit) || (hasRole(principal, 'unit-clerk') && hasUnit(principal, `unit:${unit}`));

export const keepsStore = (principal: Principal, store: string) =>
  isAdmin(principal) || (hasRole(principal, 'store-head') && hasUnit(principal, `store:${store}`));

/** As what somebody of the unit may act on a request; without one, as what at most. */
export function unitActors(principal: Principal, unit: string, request?: Request): Actor[] {
  const own = request === undefined || request.requester.sub === principal.sub;
  return [
    ...(isOfUnit(principal, unit) && own ? (['requester'] as const) : []),
    ...(isHead(principal, unit) ? (['head'] as const) : []),
    ...(isHead(principal, unit) && (request === undefined || !own) ? (['judge'] as const) : []),
  ];
}

/** Whether one of the actors may do the command: by its row in the table, or where there is none, at all. */
export function mayMove(command: MoveName, actors: readonly Actor[], request?: Request): boolean {
  const row = request && moveOf(request.details.kind, request.state, command);
  const by = row === undefined ? actorsOf(command) : new Set<Actor>(row.by);
  return actors.some((actor) => by.has(actor));
}

/** The `allow` of a unit's command on a request. What is not there is for the rule to say. */
export const unitMay =
  (command: MoveName) =>
  (principal: Principal, input: { unit: string; request: string }, state: State<Records> | undefined) => {
    const request = state?.get('request', input.request)?.data;
    return mayMove(command, unitActors(principal, input.unit, request), request);
  };
