/** The token to connect with. One that was refused is not offered again: a fresh one is asked for, once. */
import { endOf } from './token.ts';
import type { ClientFault, ClientOptions } from './types.ts';

/** A credential refused twice within this time, in ms, is refused for good. */
const refusalWindow = 60_000;

export interface Credentials {
  /** Gives `fault` when the only token that there is has been refused. Throws whatever the application threw. */
  take(): Promise<{ token: string | undefined; fault?: ClientFault }>;
  /** Notes that the server refused a token; false when it refused one shortly before. */
  refuse(token: string | undefined, fault: ClientFault): boolean;
}

export function createCredentials(ask: ClientOptions['token'], now: () => number): Credentials {
  let refused: { token: string | undefined; fault: ClientFault } | undefined;
  let refusedAt = Number.NEGATIVE_INFINITY;
  return {
    async take() {
      const former = refused;
      let token = await ask({ fresh: !!former });
      if (!former && endOf(token) <= now()) token = await ask({ fresh: true });
      if (former && token === former.token) return former;
      refused = undefined;
      return { token };
    },
    refuse(token, fault) {
      if (now() - refusedAt < refusalWindow) return false;
      refusedAt = now();
      refused = { token, fault };
      return true;
    },
  };
}
