/**
 * Keeps one working session: retries with backoff, a planned change to a new socket, renewal of the token, and polling
 * while there is none. `current` carries the groups; `next` is about to take over from it.
 */
import { maxDelay, retryDelay } from './backoff.ts';
import { createCredentials } from './credentials.ts';
import { socketUrl } from './environment.ts';
import { loseAll } from './group-model.ts';
import { isCredential } from './guard.ts';
import { createLiveness } from './liveness.ts';
import { createPolling } from './polling.ts';
import { createSession, type Session, type SessionHost } from './session.ts';
import { createTimers } from './timers.ts';
import { renewIn } from './token.ts';
import type { Transport, TransportOptions } from './transport.ts';
import type { ClientFault, ClientState } from './types.ts';

/** When a socket is changed for a new one: 100-115 min, ahead of API Gateway's limit of 2 h. In ms. */
const rolloverAfter = 6_000_000;
const rolloverSpread = 900_000;

/** After how many failed attempts in a row groups are polled. */
const maxFailures = 5;

/** Before a change that failed is tried again, in ms: 1-2 min. */
const rolloverAgain = 60_000;

export function createConnection(options: TransportOptions): Transport {
  const { clock, random, environment, models, info, token, onError } = options;
  const timers = createTimers(clock);
  const polling = createPolling({ ...options, takeToken, onUnauthorized: unauthorized });
  const liveness = createLiveness({ ...options, onDoubt: doubt, onOnline });
  const host: SessionHost = {
    ...options,
    url: socketUrl(options.live),
    takeToken,
    onChange: changed,
    onRefreshed: planRenewal,
    onEnd,
    onFrame(tap) {
      if (tap.direction === 'in') {
        liveness.traffic();
        // What the page says is disproved.
        offline = false;
      }
      options.onFrame(tap);
    },
  };
  let credentials = createCredentials(token, clock.now);
  let current: Session | undefined;
  let next: Session | undefined;
  /** The last one that opened to carry the groups. */
  let begun: Session | undefined;
  /** By the user (`disconnected`), or for good by the server. */
  let ended: 'disconnected' | 'error' | undefined = 'disconnected';
  let offline = false;
  let failures = 0;
  /** A token is being fetched for it; one that never comes must not keep a later one from being renewed. */
  let renewing: unknown;

  function start(): void {
    ended = begun = undefined;
    failures = info.state === 'failed' ? maxFailures : 0;
    info.error = undefined;
    credentials = createCredentials(token, clock.now);
    offline = !environment.online();
    liveness.start();
    connect();
  }

  async function takeToken(): Promise<string | undefined> {
    const own = credentials;
    const taken = await own.take();
    if (taken.fault && own === credentials) stop(taken.fault);
    return taken.token;
  }

  function connect(): void {
    timers.clear('retry');
    info.retryAt = undefined;
    current = createSession(host);
    update();
  }

  function changed(session: Session): void {
    // The new socket takes over once it has every group: nothing is missed, nothing flickers.
    if (session === next && session.settled()) {
      takeOver(session);
    }
    if (session !== current) return;
    if (session.open && session !== begun) {
      begun = session;
      planRenewal(session);
      planRollover(rolloverAfter + random() * rolloverSpread);
    }
    if (session.proven) {
      failures = 0;
      info.error = undefined;
    }
    update();
  }

  /** What was missed meanwhile is asked for. */
  function takeOver(session: Session): void {
    current?.end();
    next = undefined;
    current = session;
    session.probe();
  }

  function onEnd(session: Session, error?: ClientFault, afterMs?: number): void {
    const final = error && afterMs === undefined;
    if (session === next) {
      next = undefined;
      if (final && isCredential(error.code)) credentials.refuse(session.token, error);
      planRollover(rolloverAgain * (1 + random()));
      return;
    }
    drop();
    if (!session.proven && environment.online()) failures += 1;
    if (error) info.error = error;
    if (!final) retry(failures, afterMs);
    else if (isCredential(error.code)) unauthorized(error, session.token);
    else stop(error);
  }

  /** Lets go of the current session. */
  function drop(): void {
    const session = current;
    current = undefined;
    session?.end();
    timers.clear('renew', 'rollover');
    // What is polled does not depend on it.
    if (info.state === 'connected') loseAll(models);
  }

  /** Not before `afterMs`, as long as the server wants it. */
  function retry(failed: number, afterMs = 0): void {
    // A listener may have closed the client.
    if (ended) return;
    offline = !environment.online();
    if (next) {
      // The one that was to take over does so early.
      const session = next;
      takeOver(session);
      changed(session);
      return;
    }
    const wait = Math.max(afterMs, offline ? maxDelay : retryDelay(failed, random));
    info.retryAt = clock.now() + wait;
    timers.set('retry', wait, connect);
    update();
  }

  /** Asks once for a fresh token; a second refusal soon after is final. */
  function unauthorized(error: ClientFault, offered: string | undefined): void {
    if (ended) return;
    if (!credentials.refuse(offered, error)) stop(error);
    else {
      drop();
      retry(0);
    }
  }

  function stop(error: ClientFault): void {
    if (ended) return;
    ended = 'error';
    info.error = error;
    halt();
  }

  function halt(): void {
    next?.end();
    next = undefined;
    drop();
    timers.clear();
    info.retryAt = undefined;
    loseAll(models);
    update();
  }

  function planRollover(delay: number): void {
    timers.set('rollover', delay, () => {
      next = createSession(host);
    });
  }

  function planRenewal(session: Session): void {
    if (session !== current || session.token === undefined) return;
    timers.set('renew', renewIn(session.token, clock.now()), renew);
  }

  async function renew(): Promise<void> {
    if (ended === 'error') start();
    const own = credentials;
    const whose = current ?? own;
    if (ended || renewing === whose) return;
    let fresh: string | undefined;
    renewing = whose;
    try {
      fresh = await token({ fresh: true });
    } catch (error) {
      onError(error);
    }
    renewing = undefined;
    // Whichever there is by now. One in the making asks for a token anyway.
    const session = current;
    if (own !== credentials || !session?.open) return;
    if (fresh === undefined || fresh === session.token) planRenewal(session);
    else {
      // A socket that was made with the old token does not take over.
      if (next) {
        next.end();
        onEnd(next);
      }
      session.refresh(fresh);
    }
  }

  /** Something may be wrong: tests the socket that there is, or tries at once to get one. */
  function doubt(): void {
    if (ended) return;
    if (current) current.probe();
    else connect();
  }

  function onOnline(online: boolean): void {
    offline = !online;
    if (online) doubt();
    else {
      // The socket may well be dead without knowing it: until it has answered, nothing counts as current.
      loseAll(models);
      current?.probe();
    }
    update();
  }

  /** The user comes before the server, and the server before the network. */
  function stateNow(): ClientState {
    if (ended) return ended;
    if (offline) return 'disconnected';
    // A server that takes the socket only to drop it must not end the polling: it has to answer first.
    if (failures >= maxFailures) return 'failed';
    if (current?.open) return 'connected';
    return begun ? 'reconnecting' : 'connecting';
  }

  function update(): void {
    const state = stateNow();
    polling(state === 'failed');
    if (state !== info.state) {
      info.state = state;
      info.since = clock.now();
    }
    options.onInfo();
  }

  return {
    flush() {
      current?.flush();
      next?.flush();
    },
    signal: (group, data) => current?.signal(group, data) ?? false,
    reconnectNow() {
      if (ended) start();
      else doubt();
    },
    renew,
    close() {
      ended = 'disconnected';
      liveness.stop();
      halt();
    },
  };
}
