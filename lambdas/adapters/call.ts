/** Signed requests to one host over Node's own agent: connections are kept, and small requests leave at once (no Nagle). */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
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
  const { protocol, hostname, port } = new URL(endpoint);
  const secure = protocol === 'https:';
  const agentOptions = { keepAlive: true, noDelay: true, maxSockets: width, maxFreeSockets: width };
  const agent = secure ? new Agent(agentOptions) : new HttpAgent(agentOptions);
  const request = secure ? httpsRequest : httpRequest;
  const target = { agent, hostname, ...(port === '' ? {} : { port }), method, timeout: timeoutMs };
  return (path, body) =>
    new Promise((resolve, reject) => {
      const { headers: signed, bytes } = sign(path, body);
      // As a flat list they are written as they are; an object's are looked at one by one, a tenth of a post's time.
      const list = ['content-length', String(bytes), ...Object.entries(signed).flat()];
      const call = request({ ...target, path, headers: list }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
        answer.on('error', reject);
      });
      call.on('timeout', () => call.destroy(new Error('no answer in time')));
      call.on('error', reject);
      // A string goes out in one write with the headers; bytes would be a second chunk.
      call.end(body);
    });
}
