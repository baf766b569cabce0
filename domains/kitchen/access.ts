/**
 * Who may do what in a kitchen. Roles and the unit `location:<location>` of the token decide; `admin` may do everything.
 * Nobody may do anything without a rule here. Guests see the numbers that are ready, and nothing else.
 */
import { hasRole, hasUnit, type Principal } from '../../core/domain.ts';
import { type Role, type StepName, steps } from './states.ts';

export const isAdmin = (principal: Principal) => hasRole(principal, 'admin');

const has = (principal: Principal, location: string, roles: readonly Role[]) =>
  isAdmin(principal) || (hasRole(principal, ...roles) && hasUnit(principal, `location:${location}`));

/** Sees the orders of the location: its cooks and those who hand out. */
export const worksAt = (principal: Principal, location: string) => has(principal, location, ['cook', 'expo']);

/** Places orders: the till, and a cook for whoever stands at the pass. */
export const ordersAt = (principal: Principal, location: string) => has(principal, location, ['pos', 'cook']);

/** Takes a step of an order's life. */
export const takes = (principal: Principal, location: string, name: StepName) =>
  has(principal, location, steps[name].roles);
