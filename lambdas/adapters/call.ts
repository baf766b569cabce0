/** Signed requests to one host over kept connections. */
import { once } from '../environment.ts';
import { createSigner, type Sign } from './sign.ts';

export interface CallerOptions {
  /** Scheme and host, e.g. `https://lambda.us-east-1.amazonaws.com`; a path is not looked at. */
  endpoint: string;
  /** As AWS names it when it is signed for. */
  service: string;
  /** @default 'POST' */
  method?: 'POST' | 'DELETE';
  /** Headers of each request besides those of the signature, names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Connections at a time. */
  width: number;
  /** Longest silence of the other side, in ms. */
  timeoutMs: number;
  /** @default as AWS wants it, by hand (`sign.ts`) */
  sign?: Sign;
}

/** Most that the library allows. */
const keepAliveMs = 600_000;

/** Sends `body` to `path`; the HTTP status of the answer. Rejects when there was none. */
export type Call = (path: string, body: string) => Promise<number>;

export function createCaller({
  endpoint,
  service,
  method = 'POST',
  headers,
  width,
  timeoutMs,
  sign = createSigner({ service, method, host: new URL(endpoint).host, headers }),
}: CallerOptions): Call {
  const pool = once(async () => {
    // Loaded by who calls, when it calls, and this module alone: the index has a `fetch`, caches and mocks with it.
    const { default: Pool } = await import('undici/lib/dispatcher/pool.js');
    return new Pool(new URL(endpoint).origin, {
      connections: width,
      connectTimeout: timeoutMs,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      // Until the other side closes them or says when it will.
      keepAliveTimeout: keepAliveMs,
    });
  });
  return async (path, body) => {
    const host = await pool();
    return new Promise((resolve, reject) => {
      let status = 0;
      host.dispatch(
        { path, method, headers: sign(path, body), body },
        {
          // Without it the library takes this for a handler of its former kind.
          onRequestStart: () => undefined,
          onResponseStart: (_, code) => {
            status = code;
          },
          onResponseEnd: () => resolve(status),
          onResponseError: (_, error) => reject(error),
        },
      );
    });
  };
}
