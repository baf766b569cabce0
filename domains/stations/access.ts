/**
 * Who may do what in a battery-swap network. `network:<network>` names whose stations somebody manages, `station:<station>`
 * which cabinet speaks. How stations stand is public; nobody may do anything without a rule here.
 */
import { hasRole, hasUnit, type Principal } from '../../core/domain.ts';
import { segmentOf } from '../../core/group.ts';

const isAdmin = (principal: Principal) => hasRole(principal, 'admin');

/** Manages stations of some network. */
export const isManager = (principal: Principal) =>
  isAdmin(principal) || hasRole(principal, 'station-manager');

export const manages = (principal: Principal, network: string) =>
  isAdmin(principal) || (hasRole(principal, 'station-manager') && hasUnit(principal, `network:${network}`));

/** Speaks for the cabinet of a station: what it measures, and who stands before it. */
export const speaksFor = (principal: Principal, station: string) =>
  isAdmin(principal) || (hasRole(principal, 'cabinet') && hasUnit(principal, `station:${station}`));

/** Books batteries. Only who has a group of their own (`segmentOf`) can be told the code. */
export const rides = (principal: Principal) =>
  principal.kind === 'user' && hasRole(principal, 'rider', 'admin') && segmentOf(principal.sub) !== undefined;

/** Sees the bookings of a rider, code and all: that rider, and nobody else. */
export const isRider = (principal: Principal, rider: string) =>
  rides(principal) && segmentOf(principal.sub) === rider;
