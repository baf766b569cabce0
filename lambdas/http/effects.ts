/** What the HTTP routes reach. */
import type { AnyDomain } from '../../core/domain.ts';
import type { Access } from '../adapters/access.ts';
import type { Idempotency } from '../adapters/idempotency.ts';
import type { VerifyToken } from '../adapters/jwks.ts';
import type { HttpEvent, Reply } from '../events.ts';
import type { Reading } from '../joining.ts';

export interface ApiEffects extends Reading {
  domains: readonly AnyDomain[];
  verify: VerifyToken;
  access: Access;
  idempotency: Idempotency;
  now: () => number;
  /** A new secret: 32 random bytes, base64url. */
  secret: () => string;
}

/** A route's handler. `params` are the parts of the path that its pattern caught, decoded. */
export type Handle = (event: HttpEvent, params: readonly string[], effects: ApiEffects) => Promise<Reply>;
