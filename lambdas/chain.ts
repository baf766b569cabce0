/**
 * The one chain around every handler: log context, metrics, and what an error becomes. Our own errors are shown to the
 * caller; of anything else the caller learns the request id, and the log learns the rest.
 */
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { codes, PulsecastError, problemOf } from '../core/codes.ts';
import { idOf, type ServerFrame } from '../core/protocol.ts';
import { bodyText, frameReply, type HttpEvent, jsonReply, type Reply, type SocketEvent } from './events.ts';
import { count, flushMetrics, logger } from './telemetry.ts';

type Run<E, R> = (event: E, context: Context) => Promise<R>;

function chain<E, R>(run: Run<E, R>, replyTo?: (error: PulsecastError, event: E, requestId: string) => R) {
  return middy<E, R>()
    .use({
      before: ({ context }) => logger.addContext(context),
      after: flushMetrics,
      onError: (request) => {
        const known = ours(request.error, request.context.awsRequestId);
        if (replyTo !== undefined)
          request.response = replyTo(known, request.event, request.context.awsRequestId);
        flushMetrics();
      },
    })
    .handler(run);
}

function ours(error: unknown, requestId: string): PulsecastError {
  if (error instanceof PulsecastError) return error;
  count('faults');
  logger.error('unexpected', error instanceof Error ? error : new Error(String(error)));
  return new PulsecastError('internal', `Something failed on our side. The request was ${requestId}.`);
}

/** A route of the HTTP API: errors become problem documents. */
export function httpChain(run: Run<HttpEvent, Reply>) {
  return chain(run, (error, _event, requestId) => problemReply(error, requestId));
}

/** `$connect`: an error is the HTTP status of the refused handshake. */
export function connectChain<E>(run: Run<E, Reply>) {
  return chain(run, (error): Reply => ({ statusCode: codes[error.code].status }));
}

/**
 * A two-way WebSocket route: errors become an `error` frame, which echoes the request's `id`; one with `reconnect` in its
 * details a `disconnect` frame.
 */
export function frameChain(run: Run<SocketEvent, Reply>) {
  return chain(run, (error, event) => frameReply(errorFrame(error, idIn(bodyText(event)))));
}

/** Streams, schedules and `$disconnect`: an error fails the invocation, so that it is tried again. */
export function quietChain<E, R>(run: Run<E, R>) {
  return chain(run);
}

export function problemReply(error: PulsecastError, requestId: string): Reply {
  return jsonReply(codes[error.code].status, problemOf(error, requestId), {
    'content-type': 'application/problem+json',
    ...(error.code === 'method_not_allowed' ? { allow: String(error.details.allow) } : {}),
    ...(codes[error.code].status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(error.details.retryAfterMs === undefined
      ? {}
      : { 'retry-after': `${Math.ceil(error.details.retryAfterMs / 1000)}` }),
  });
}

function errorFrame({ code, message, details }: PulsecastError, id: string | undefined): ServerFrame {
  // Spread over a second: what forgot one connection may have forgotten many.
  if (details.reconnect === true) {
    return { type: 'disconnect', code, message, reconnect: true, afterMs: Math.floor(Math.random() * 1000) };
  }
  return {
    type: 'error',
    ...(id === undefined ? {} : { id }),
    code,
    message,
    ...(details.errors === undefined ? {} : { errors: details.errors }),
    ...(details.retryAfterMs === undefined ? {} : { retryAfterMs: details.retryAfterMs }),
  };
}

function idIn(body: string): string | undefined {
  try {
    return idOf(JSON.parse(body));
  } catch {
    return undefined;
  }
}
