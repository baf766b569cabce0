/** The function's environment (names in `lib/`). Each function has only the variables that it needs. */
import type { AnyDomain } from '../core/domain.ts';
import { notifications } from '../core/notices.ts';
import { presence, trail } from '../core/platform.ts';

/** A variable that must be there. Throws when it is not: a fault of the deployment, not of a caller. */
export function env(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** A variable with a default. */
export function envOr(name: string, fallback: string): string {
  const value = process.env[name];
  return value === undefined || value === '' ? fallback : value;
}

/** The table of each enabled domain. */
export function domainTables(): Record<string, string> {
  return JSON.parse(env('DOMAIN_TABLES')) as Record<string, string>;
}

/** The tables of all items by domain: those of the domains, and of what the platform itself shows, as far as given. */
export function itemTables(): Record<string, string> {
  const own = { [presence.name]: process.env.PRESENCE_TABLE, [trail.name]: process.env.AUDIT_TABLE };
  const given = Object.entries(own).flatMap(([name, table]) => (table === undefined ? [] : [[name, table]]));
  return { ...domainTables(), ...Object.fromEntries(given) };
}

/** The domains that have a table in this deployment, notices among them: a domain without one is switched off. */
export function enabledDomains(
  all: readonly AnyDomain[],
  tables: Readonly<Record<string, string>> = domainTables(),
): AnyDomain[] {
  return [...all, notifications].filter(({ name }) => Object.hasOwn(tables, name));
}

/** Makes a value on first use and keeps it: clients and settings live as long as the sandbox. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
