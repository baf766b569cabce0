/** `GET /api/me`, `POST /api/tickets`, `POST /api/logout` and `POST /api/sessions/revoke`. */
import * as v from 'valibot';
import { notifications } from '../../core/notices.ts';
import { endConnections } from '../ending.ts';
import { type HttpEvent, jsonReply, type Reply } from '../events.ts';
import type { ApiEffects } from './effects.ts';
import { adminOf, callerOf, checked, jsonBody, known } from './request.ts';

export async function me(event: HttpEvent, _params: readonly string[], effects: ApiEffects): Promise<Reply> {
  const { principal } = known(await callerOf(event, effects));
  const { roles, units, ...who } = principal;
  const domains = effects.domains.filter((domain) => domain !== notifications).map(({ name }) => name);
  return jsonReply(200, { principal: who, roles, units, domains });
}

/** A ticket opens one socket in place of a token, where a client can send neither headers nor subprotocols. */
export async function ticket(
  event: HttpEvent,
  _params: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  const { credential } = known(await callerOf(event, effects, 'tickets'));
  const secret = effects.secret();
  const expiresAt = await effects.access.addTicket(secret, credential, effects.now());
  return jsonReply(200, { ticket: secret, expiresAt: new Date(expiresAt * 1000).toISOString() });
}

/**
 * Ends the session that the token belongs to: its sockets are closed, and the token is refused from then on. What is noted
 * is noted before the sockets are looked for, so that one that opens at this moment sees it (`connect.ts`).
 */
export async function logout(
  event: HttpEvent,
  _params: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  const { credential } = known(await callerOf(event, effects));
  await effects.sessions.end(credential, effects.now());
  const { session, principal } = credential;
  const ids = await socketsOf(principal.sub, effects, (other) => other === session);
  await endConnections(ids, { code: 'unauthorized', message: 'You signed out.', reconnect: false }, effects);
  return jsonReply(200, { ended: ids.length });
}

const user = v.strictObject({ sub: v.pipe(v.string(), v.minLength(1), v.maxLength(255)) });

/** For admins: closes all sockets of a user and refuses all tokens issued up to now, e.g. after a change of role. */
export async function revoke(
  event: HttpEvent,
  _params: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  await adminOf(event, effects);
  const { sub } = checked(user, jsonBody(event));
  await effects.sessions.revoke(sub, effects.now());
  const ids = await socketsOf(sub, effects);
  const message = 'Your access has changed: sign in again.';
  await endConnections(ids, { code: 'unauthorized', message, reconnect: false }, effects);
  return jsonReply(200, { ended: ids.length });
}

async function socketsOf(
  sub: string,
  { connections }: ApiEffects,
  wanted: (session: string) => boolean = () => true,
): Promise<string[]> {
  const all = await connections.of(sub);
  return all.filter(({ session }) => wanted(session)).map(({ connectionId }) => connectionId);
}
