/**
 * Posts frames to connections. Signed by `aws4` over Node's own keep-alive agent: a fifth of the CPU time that the SDK's
 * client takes per post, and most of a broadcast is posts.
 */
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { sign } from 'aws4';
import { env } from '../environment.ts';
import { eachOf, fullJitter, sleep, TokenBucket } from '../pacing.ts';

/** Frames for one connection, in order. */
export interface Message {
  connectionId: string;
  frames: readonly string[];
}

export interface PostReport {
  /** Frames that arrived at API Gateway's end. */
  posts: number;
  /** Connections that do not exist any more. */
  gone: string[];
  /** Answers that asked us to slow down. */
  throttled: number;
  /** Connections that were given up: they find the gap themselves. */
  unsent: number;
}

/** Posts all messages until `deadline` (epoch ms). Never throws: one recipient does not fail a batch. */
export type PostAll = (messages: readonly Message[], deadline: number) => Promise<PostReport>;

/** Sends one frame; the HTTP status of the answer. Rejects when there was none. */
export type SendFrame = (connectionId: string, frame: string) => Promise<number>;

/** Connections open to the callback endpoint at a time, and so posts under way. */
const width = 64;

/**
 * Posts a second of one sandbox, and at once. The account's quota is 10,000 a second with a burst of 5,000, shared with
 * all requests: five sandboxes at full speed leave half of it to ingest and commands.
 */
const rate = 1000;
const burst = 500;

const maxAttempts = 6;
const answerTimeoutMs = 3000;

export interface PosterOptions {
  send: SendFrame;
  now?: () => number;
  pause?: (ms: number) => Promise<void>;
  random?: () => number;
  bucket?: TokenBucket;
}

export function createPoster(options: PosterOptions): PostAll {
  const { send, now = Date.now, pause = sleep, random = Math.random } = options;
  const bucket = options.bucket ?? new TokenBucket(rate, burst, now());
  return async (messages, deadline) => {
    const report: PostReport = { posts: 0, gone: [], throttled: 0, unsent: 0 };
    const post = async (connectionId: string, frame: string): Promise<'sent' | 'gone' | 'unsent'> => {
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const wait = bucket.take(now()) + (attempt === 0 ? 0 : fullJitter(attempt, 50, 2000, random));
        if (now() + wait >= deadline) return 'unsent';
        if (wait > 0) await pause(wait);
        const status = await send(connectionId, frame).catch(() => 0);
        if (status >= 200 && status < 300) return 'sent';
        if (status === 410) return 'gone';
        if (status === 429) report.throttled += 1;
        else if (status >= 400 && status < 500) return 'unsent';
      }
      return 'unsent';
    };
    await eachOf(messages, width, async ({ connectionId, frames }) => {
      for (const frame of frames) {
        const outcome = await post(connectionId, frame);
        if (outcome === 'sent') {
          report.posts += 1;
          continue;
        }
        if (outcome === 'gone') report.gone.push(connectionId);
        else report.unsent += 1;
        return;
      }
    });
    return report;
  };
}

/** Signs with the credentials in the environment, where Lambda puts those of the function's role. */
export function signedSend(endpoint: string = env('CALLBACK_URL')): SendFrame {
  const { protocol, hostname, port, host, pathname } = new URL(endpoint);
  const secure = protocol === 'https:';
  const options = { keepAlive: true, maxSockets: width };
  const agent = secure ? new Agent(options) : new HttpAgent(options);
  const base = `${pathname.replace(/\/$/, '')}/@connections/`;
  const request = secure ? httpsRequest : httpRequest;
  return (connectionId, frame) =>
    new Promise((resolve, reject) => {
      const signed = sign({
        service: 'execute-api',
        region: process.env.AWS_REGION ?? 'us-east-1',
        method: 'POST',
        host,
        path: `${base}${encodeURIComponent(connectionId)}`,
        headers: { 'content-type': 'application/json' },
        body: frame,
      });
      const call = request(
        {
          agent,
          hostname,
          ...(port === '' ? {} : { port }),
          method: 'POST',
          path: signed.path ?? '',
          headers: signed.headers ?? {},
          timeout: answerTimeoutMs,
        },
        (answer) => {
          answer.resume();
          answer.on('end', () => resolve(answer.statusCode ?? 0));
          answer.on('error', reject);
        },
      );
      call.on('timeout', () => call.destroy(new Error('no answer in time')));
      call.on('error', reject);
      call.end(frame);
    });
}
