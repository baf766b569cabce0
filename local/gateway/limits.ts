import type { Clock } from '../ports.ts';

/** Quotas of API Gateway. Source: the developer guide's quota tables for WebSocket and HTTP APIs. */
export interface GatewayLimits {
  /** Requests a second of the account: HTTP, WebSocket messages and callbacks together. */
  requestsPerSecond: number;
  /** Size of the account's token bucket. */
  burst: number;
  /** New WebSocket connections a second of the account. */
  connectionsPerSecond: number;
  /** Bytes of one WebSocket frame; a larger one closes with 1009. */
  frameBytes: number;
  /** Bytes of one WebSocket message; a larger one closes with 1009, a larger callback gets 413. */
  messageBytes: number;
  /** Milliseconds without traffic after which a connection closes with 1001; divided by `timeScale`. */
  idleMs: number;
  /** Longest life of a connection in milliseconds, then 1001; divided by `timeScale`. */
  lifetimeMs: number;
  /** Milliseconds that a WebSocket integration may take. */
  webSocketTimeoutMs: number;
  /** Milliseconds that an HTTP integration may take. */
  httpTimeoutMs: number;
  /** Bytes of an HTTP request's body; more gets 413. */
  bodyBytes: number;
  /** Bytes of request line and headers of an HTTP request; more gets 431. */
  headerBytes: number;
  /** Bytes waiting for a slow client above which a callback gets 429. AWS does not publish its own figure. */
  clientBufferBytes: number;
}

export const defaultLimits: GatewayLimits = {
  requestsPerSecond: 10_000,
  burst: 5_000,
  connectionsPerSecond: 500,
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  idleMs: 10 * 60_000,
  lifetimeMs: 2 * 3_600_000,
  webSocketTimeoutMs: 29_000,
  httpTimeoutMs: 30_000,
  bodyBytes: 10 * 1024 * 1024,
  headerBytes: 10_240,
  clientBufferBytes: 1024 * 1024,
};

/** Takes one token; false when there is none. */
export type Bucket = () => boolean;

/** A token bucket that holds `burst` tokens and gains `rate` of them a second. */
export function createBucket(rate: number, burst: number, clock: Clock): Bucket {
  let tokens = burst;
  let at = clock();
  return () => {
    const now = clock();
    if (now > at) {
      tokens = Math.min(burst, tokens + ((now - at) / 1000) * rate);
      at = now;
    }
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

/** Rate and burst of a stage or of one of its routes. */
export interface Throttle {
  rate: number;
  burst: number;
}

/** The settings of a stage that limit its routes. */
export interface ThrottledStage {
  name: string;
  throttle: Throttle | undefined;
  routeThrottles: ReadonlyMap<string, Throttle>;
}

/** Whether a request to a route must be refused, by the account's bucket or by the stage's settings. */
export type Throttled = (apiId: string, stage: ThrottledStage, routeKey: string) => boolean;

/** Each route of a stage has a bucket of its own, below the account's. */
export function createThrottled(account: Bucket, clock: Clock): Throttled {
  const buckets = new Map<string, Bucket>();
  return (apiId, stage, routeKey) => {
    if (!account()) return true;
    const throttle = stage.routeThrottles.get(routeKey) ?? stage.throttle;
    if (!throttle) return false;
    const key = `${apiId}/${stage.name}/${routeKey}`;
    const bucket = buckets.get(key) ?? createBucket(throttle.rate, throttle.burst, clock);
    buckets.set(key, bucket);
    return !bucket();
  };
}
