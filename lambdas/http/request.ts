/** What every HTTP route does with its request: size, JSON, input and principal. */
import * as v from 'valibot';
import { PulsecastError } from '../../core/codes.ts';
import { anonymous, hasRole, type Principal } from '../../core/domain.ts';
import type { UserLimit } from '../../core/limits.ts';
import { faultsOf, parseJson } from '../../core/protocol.ts';
import type { Credential, VerifyToken } from '../adapters/jwks.ts';
import type { Sessions } from '../adapters/sessions.ts';
import { bodyText, type HttpEvent, header } from '../events.ts';

/** Largest body, in bytes. 500 pulses take 20 KB; an item takes at most 12 KB. */
const maxBodyBytes = 256 * 1024;

/** Who asks. `credential` is undefined for anonymous. */
export interface Caller {
  principal: Principal;
  credential?: Credential;
}

/** What it takes to know who asks. */
export interface Asking {
  verify: VerifyToken;
  sessions: Pick<Sessions, 'check' | 'spend'>;
  now: () => number;
}

/** The JSON of the body; `{}` when there is none. Errors: `too_large`, `bad_request`. */
export function jsonBody(event: HttpEvent): unknown {
  const text = bodyText(event);
  if (Buffer.byteLength(text) > maxBodyBytes) {
    throw new PulsecastError('too_large', `A request takes at most ${maxBodyBytes} bytes.`);
  }
  return text === '' ? {} : parseJson(text);
}

/** Checks input against a schema. Error: `invalid_input` with what is wrong where. */
export function checked<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  throw new PulsecastError('invalid_input', 'The input does not fit.', { errors: faultsOf(result.issues) });
}

/** The token of `Authorization: Bearer`; undefined without the header. Error: `unauthorized` for anything else. */
export function bearer(event: HttpEvent): string | undefined {
  const value = header(event.headers, 'authorization');
  if (value === undefined) return undefined;
  const token = /^Bearer +(\S+)$/i.exec(value)?.[1];
  if (token === undefined)
    throw new PulsecastError('unauthorized', 'Authorization must be "Bearer <token>".');
  return token;
}

/** Who asks by their word: without a token anonymous, who may see public groups. Errors: `unauthorized`, `token_expired`. */
export async function claimedBy(event: HttpEvent, { verify }: Pick<Asking, 'verify'>): Promise<Caller> {
  const token = bearer(event);
  if (token === undefined) return { principal: anonymous };
  const credential = await verify(token);
  return { principal: credential.principal, credential };
}

/** Whether the session still holds, and one taken off the user's limit, if given. Errors: `unauthorized`, `rate_limited`. */
export async function mustHold(
  { credential }: Caller,
  { sessions, now }: Omit<Asking, 'verify'>,
  limit?: UserLimit,
): Promise<void> {
  if (credential === undefined) return;
  if (limit === undefined) await sessions.check(credential);
  else await sessions.spend(credential, limit, now());
}

/** Who asks, checked. Errors: `unauthorized`, `token_expired`, `rate_limited`. */
export async function callerOf(event: HttpEvent, asking: Asking, limit?: UserLimit): Promise<Caller> {
  const caller = await claimedBy(event, asking);
  await mustHold(caller, asking, limit);
  return caller;
}

/** A caller who is somebody. Error: `unauthorized`. */
export function known({ principal, credential }: Caller): Required<Caller> {
  if (credential === undefined) throw new PulsecastError('unauthorized', 'This needs an access token.');
  return { principal, credential };
}

/** A caller with the role `admin`. Errors: also `forbidden`. */
export async function adminOf(event: HttpEvent, asking: Asking): Promise<Principal> {
  const { principal } = known(await callerOf(event, asking));
  if (!hasRole(principal, 'admin')) throw new PulsecastError('forbidden', 'This is for admins.');
  return principal;
}
