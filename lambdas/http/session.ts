/** `GET /api/me` and `POST /api/tickets`. */
import { type HttpEvent, jsonReply, type Reply } from '../events.ts';
import type { ApiEffects } from './effects.ts';
import { callerOf, known } from './request.ts';

export async function me(event: HttpEvent, _params: readonly string[], effects: ApiEffects): Promise<Reply> {
  const { principal } = known(await callerOf(event, effects.verify));
  const { roles, units, ...who } = principal;
  return jsonReply(200, { principal: who, roles, units, domains: effects.domains.map(({ name }) => name) });
}

/** A ticket opens one socket in place of a token, where a client can send neither headers nor subprotocols. */
export async function ticket(
  event: HttpEvent,
  _params: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  const caller = known(await callerOf(event, effects.verify));
  const secret = effects.secret();
  const expiresAt = await effects.access.addTicket(secret, caller, effects.now());
  return jsonReply(200, { ticket: secret, expiresAt: new Date(expiresAt * 1000).toISOString() });
}
