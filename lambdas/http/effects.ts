/** What the HTTP routes reach. */
import type { AnyDomain } from '../../core/domain.ts';
import type { Access } from '../adapters/access.ts';
import type { Connections } from '../adapters/connections.ts';
import type { Idempotency } from '../adapters/idempotency.ts';
import type { VerifyToken } from '../adapters/jwks.ts';
import type { Sessions } from '../adapters/sessions.ts';
import type { EndingEffects } from '../ending.ts';
import type { HttpEvent, Reply } from '../events.ts';
import type { Reading } from '../joining.ts';

export interface ApiEffects extends Reading, EndingEffects {
  domains: readonly AnyDomain[];
  verify: VerifyToken;
  sessions: Sessions;
  connections: Pick<Connections, 'of' | 'close'>;
  access: Access;
  idempotency: Idempotency;
  now: () => number;
  /** A new secret: 32 random bytes, base64url. */
  secret: () => string;
}

/** A route's handler. `params` are the parts of the path that its pattern caught, decoded. */
export type Handle = (event: HttpEvent, params: readonly string[], effects: ApiEffects) => Promise<Reply>;
