/**
 * Posts frames to connections: signed by hand, over Node's own keep-alive agent. Most of a broadcast is posts, and the
 * SDK's client takes several times the CPU time for each (`npm run bench -- sender`).
 */
import { env } from '../environment.ts';
import { eachOf, fullJitter, sleep, TokenBucket } from '../pacing.ts';
import { createCaller } from './call.ts';
import type { Sign } from './sign.ts';

/** Frames for one connection, in order. */
export interface Message {
  connectionId: string;
  frames: readonly string[];
}

export interface PostReport<M extends Message = Message> {
  /** Frames that arrived at API Gateway's end. */
  posts: number;
  /** Connections that do not exist any more. */
  gone: string[];
  /** Answers that asked us to slow down. */
  throttled: number;
  /** Connections that were given up: they find the gap themselves. */
  unsent: number;
  /** What nobody tried to send before the deadline, with the frames that are still to come. @default none */
  left?: M[];
}

/** Posts all messages until `deadline` (epoch ms). Never throws: one recipient does not fail a batch. */
export type PostAll = <M extends Message>(messages: readonly M[], deadline: number) => Promise<PostReport<M>>;

/** Sends one frame; the HTTP status of the answer. Rejects when there was none. */
export type SendFrame = (connectionId: string, frame: string) => Promise<number>;

/** Connections open to the callback endpoint at a time, and so posts under way. */
const width = 64;

/** Sends of one frame to one connection. */
const maxAttempts = 5;
/** Longest waits before another attempt, in ms: 100, 200, 400, 800. */
const backoff = { base: 50, cap: 1000 };
/** Longest silence of the callback endpoint before a post counts as lost, in ms. */
const patienceMs = 3000;

export interface PosterOptions {
  send: SendFrame;
  now?: () => number;
  pause?: (ms: number) => Promise<void>;
  random?: () => number;
  /** @default `postBucket` */
  bucket?: TokenBucket;
}

/** A message on its way: from which frame on, how often that was tried, and when it is due (epoch ms). */
interface Trip<M extends Message> {
  message: M;
  next: number;
  attempt: number;
  due: number;
}

/** What this sandbox may post: `POST_RATE` a second and `POST_BURST` at once, its part of the account's quota (`lib/senders`). */
export const postBucket = (now: number): TokenBucket =>
  new TokenBucket(Number(env('POST_RATE')), Number(env('POST_BURST')), now);

export function createPoster(options: PosterOptions): PostAll {
  const { send, now = Date.now, pause = sleep, random = Math.random } = options;
  const bucket = options.bucket ?? postBucket(now());

  /** Waits for its turn; false when that would be after the deadline. */
  const turn = async (due: number, deadline: number): Promise<boolean> => {
    const early = due - now();
    if (early > 0) await pause(early);
    const wait = bucket.take(now());
    if (now() + wait >= deadline) return false;
    if (wait > 0) await pause(wait);
    return true;
  };

  return async <M extends Message>(messages: readonly M[], deadline: number) => {
    const left: M[] = [];
    const report: PostReport<M> & { left: M[] } = { posts: 0, gone: [], throttled: 0, unsent: 0, left };
    let again: Trip<M>[] = [];

    const travel = async (trip: Trip<M>): Promise<void> => {
      const { connectionId, frames } = trip.message;
      for (; trip.next < frames.length; trip.next += 1, trip.attempt = 0) {
        if (!(await turn(trip.due, deadline))) {
          // Who refused once may be too slow for us: that one is not carried on, it asks for what it missed.
          if (trip.attempt > 0) report.unsent += 1;
          else
            left.push(trip.next === 0 ? trip.message : { ...trip.message, frames: frames.slice(trip.next) });
          return;
        }
        const status = await send(connectionId, frames[trip.next] ?? '').catch(() => 0);
        if (status >= 200 && status < 300) {
          report.posts += 1;
          continue;
        }
        if (status === 410) {
          report.gone.push(connectionId);
          return;
        }
        if (status === 429) report.throttled += 1;
        const worthwhile = status === 0 || status === 429 || status >= 500;
        trip.attempt += 1;
        const wait = fullJitter(trip.attempt, backoff.base, backoff.cap, random);
        trip.due = now() + wait;
        if (worthwhile && trip.attempt < maxAttempts && trip.due < deadline) again.push(trip);
        else report.unsent += 1;
        return;
      }
    };

    // Those that refused wait together, after all others had their turn: a slow one holds up nobody else.
    await eachOf(messages, width, (message) => travel({ message, next: 0, attempt: 0, due: 0 }));
    while (again.length > 0) {
      const round = again.sort((a, b) => a.due - b.due);
      again = [];
      await eachOf(round, width, travel);
    }
    return report;
  };
}

/** Posts to the connections of a stage, e.g. `https://abc.execute-api.us-east-1.amazonaws.com/live`. */
export function signedSend(
  endpoint: string = env('CALLBACK_URL'),
  timeoutMs = patienceMs,
  sign?: Sign,
): SendFrame {
  const base = `${new URL(endpoint).pathname.replace(/\/$/, '')}/@connections/`;
  const headers = { 'content-type': 'application/json' };
  const call = createCaller({
    endpoint,
    service: 'execute-api',
    headers,
    width,
    timeoutMs,
    ...(sign === undefined ? {} : { sign }),
  });
  return (connectionId, frame) => call(base + encodeURIComponent(connectionId), frame);
}
