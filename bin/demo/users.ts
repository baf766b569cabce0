/** The demo users, named after what they do. The password is the name. Roles and units go into the access token. */
import type { LocalUser } from '../../local/issuer/issuer.ts';
import { type Api, apiOf } from '../api.ts';
import { signIn } from '../sign-in.ts';

const user = (name: string, title: string, roles: string[], units: string[]): LocalUser => ({
  name,
  claims: { name: title, roles, units },
});

export const demoUsers: readonly LocalUser[] = [
  user('admin', 'Alexandra Stern', ['admin'], []),
  user('operator', 'Иван Петров', ['operator'], ['line:north']),
  user('shift-lead', 'Мария Соколова', ['shift-lead'], ['site:mill', 'line:north', 'line:south']),
  user('cook', 'Luca Moretti', ['cook'], ['location:centre']),
  user('station-manager', 'Amara Okafor', ['station-manager'], ['network:city']),
  user('rider', 'Noor Haddad', ['rider'], []),
  user('unit1-head', 'Helen Park', ['unit-head'], ['unit:1']),
  user('unit1-clerk', 'Tomas Novak', ['unit-clerk'], ['unit:1']),
  user('unit2-head', 'Rosa Delgado', ['unit-head'], ['unit:2']),
  user('store-head', 'Viktor Lind', ['store-head'], ['store:central']),
  user('sales', 'Grace Liu', ['sales'], ['company:parts']),
  user('warehouse', 'Deniz Kaya', ['warehouse'], ['company:parts']),
  user('planner', 'Ольга Миронова', ['planner'], ['company:parts']),
];

/** Tokens live 15 min; a new one is fetched well before. */
const tokenMs = 10 * 60_000;

/** The API as one of the demo users, by name; signed in once and again when the token grows old. */
export function userApis(origin: string): (name: string) => Promise<Api> {
  const known = new Map<string, { api: Promise<Api>; since: number }>();
  return (name) => {
    const now = Date.now();
    const entry = known.get(name);
    if (entry !== undefined && now - entry.since < tokenMs) return entry.api;
    const api = signIn(origin, name).then((token) => apiOf(origin, token));
    known.set(name, { api, since: now });
    api.catch(() => known.delete(name));
    return api;
  };
}
