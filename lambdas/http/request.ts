/** What every HTTP route does with its request: size, JSON, input and principal. */
import * as v from 'valibot';
import { PulsecastError } from '../../core/codes.ts';
import { anonymous, type Principal } from '../../core/domain.ts';
import { faultsOf, parseJson } from '../../core/protocol.ts';
import type { VerifyToken } from '../adapters/jwks.ts';
import { bodyText, type HttpEvent, header } from '../events.ts';

/** Largest body, in bytes. 500 pulses take 20 KB; an item takes at most 12 KB. */
const maxBodyBytes = 256 * 1024;

/** Who asks. `tokenExpiresAt` (epoch ms) is undefined for anonymous. */
export interface Caller {
  principal: Principal;
  tokenExpiresAt?: number;
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

/** Who asks; without a token anonymous, who may see public groups. Errors: `unauthorized`, `token_expired`. */
export async function callerOf(event: HttpEvent, verify: VerifyToken): Promise<Caller> {
  const token = bearer(event);
  if (token === undefined) return { principal: anonymous };
  const { principal, expiresAt } = await verify(token);
  return { principal, tokenExpiresAt: expiresAt };
}

/** A caller who is somebody. Error: `unauthorized`. */
export function known({ principal, tokenExpiresAt }: Caller): Required<Caller> {
  if (tokenExpiresAt === undefined) throw new PulsecastError('unauthorized', 'This needs an access token.');
  return { principal, tokenExpiresAt };
}
