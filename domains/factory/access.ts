/**
 * Who may do what in the plant. Roles and units of the token decide: `line:<line>` and `site:<site>` name where somebody
 * belongs. Nobody may do anything without a rule here; `admin` may do everything.
 */
import { hasRole, hasUnit, type Principal } from '../../core/domain.ts';

export const isAdmin = (principal: Principal) => hasRole(principal, 'admin');

const onLine = (principal: Principal, line: string) => hasUnit(principal, `line:${line}`);
const onSite = (principal: Principal, site: string) => hasUnit(principal, `site:${site}`);

/** Works at the line: its operators and shift leads. */
export const worksAt = (principal: Principal, line: string) =>
  isAdmin(principal) || (hasRole(principal, 'operator', 'shift-lead') && onLine(principal, line));

/** Leads the line: its shift leads. */
export const leads = (principal: Principal, line: string) =>
  isAdmin(principal) || (hasRole(principal, 'shift-lead') && onLine(principal, line));

/** Sees the whole site: its shift leads and its guards (`security`). */
export const oversees = (principal: Principal, site: string) =>
  isAdmin(principal) || (hasRole(principal, 'shift-lead', 'security') && onSite(principal, site));

/** Reports what happens at doors and gates: those who oversee the site, and its gate system (`gate`). */
export const reportsFrom = (principal: Principal, site: string) =>
  oversees(principal, site) || (hasRole(principal, 'gate') && onSite(principal, site));
