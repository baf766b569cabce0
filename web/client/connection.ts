/**
 * Keeps one working session: retries with backoff, a planned change to a new socket, renewal of the token, and polling
 * while there is none. `current` carries the groups; `next` is about to take over from it.
 */
import { maxDelay, retryDelay } from './backoff.ts';
import { Credentials, RefusedToken } from './credentials.ts';
import { socketUrl } from './environment.ts';
import { Liveness } from './liveness.ts';
import { Polling } from './polling.ts';
import { type Ending, Session, type SessionHost } from './session.ts';
import { stateOf } from './state.ts';
import { Timers } from './timers.ts';
import { renewAgainIn, renewIn } from './token.ts';
import type { Info, Transport, TransportOptions } from './transport.ts';
import type { ClientFault, ClientState, FrameTap } from './types.ts';

/** When a socket is changed for a new one: 100-115 min, ahead of API Gateway's limit of 2 h. In ms. */
const rolloverAfter = 6_000_000;
const rolloverSpread = 900_000;

/** Before a change that failed is tried again, in ms: 1-2 min. */
const rolloverAgain = 60_000;

export class Connection implements Transport {
  state: ClientState = 'connecting';
  since: number;
  error: ClientFault | undefined;
  lastTraffic: number | undefined;
  retryAt: number | undefined;
  readonly #options: TransportOptions;
  readonly #timers: Timers;
  readonly #credentials: Credentials;
  readonly #liveness: Liveness;
  readonly #polling: Polling;
  readonly #host: SessionHost;
  #current: Session | undefined;
  #next: Session | undefined;
  #closed = false;
  #terminal = false;
  #offline = false;
  #before = false;
  #failures = 0;
  #renewing = false;

  constructor(options: TransportOptions) {
    const { clock, random, environment, models, onError } = options;
    this.#options = options;
    this.#timers = new Timers(clock);
    this.#credentials = new Credentials(options.token, clock.now);
    this.since = clock.now();
    const takeToken = () => this.#takeToken();
    this.#liveness = new Liveness({
      clock,
      random,
      environment,
      onDoubt: () => this.#doubt(),
      onOnline: () => this.#setOffline(false),
      onOffline: () => this.#setOffline(true),
    });
    this.#polling = new Polling({
      ...options,
      takeToken,
      onUnauthorized: (error, token) => this.#unauthorized(error, token),
    });
    this.#host = {
      models,
      clock,
      random,
      WebSocket: options.WebSocket,
      url: socketUrl(options.live),
      takeToken,
      onOpen: (session) => this.#onOpen(session),
      onProven: (session) => this.#onProven(session),
      onReply: (session) => this.#takeOver(session),
      onRefreshed: (session, accepted) => this.#planRenewal(session, accepted),
      onEnd: (session, ending) => this.#onEnd(session, ending),
      onFrame: (tap) => this.#onFrame(tap),
      onError,
    };
  }

  get info(): Info {
    return this;
  }

  start(): void {
    this.#closed = this.#terminal = this.#before = false;
    this.#failures = 0;
    this.error = undefined;
    this.#credentials.reset();
    this.#offline = !this.#options.environment.online();
    this.#liveness.start();
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#halt();
    this.#liveness.stop();
    this.#update();
  }

  flush(): void {
    this.#current?.flush();
    this.#next?.flush();
  }

  signal(group: string, data: unknown): boolean {
    return this.#current?.signal(group, data) ?? false;
  }

  reconnectNow(): void {
    if (this.#closed || this.#terminal) this.start();
    else this.#doubt();
  }

  async renew(): Promise<void> {
    if (this.#terminal) this.start();
    const session = this.#current;
    // A connection in the making asks for a token anyway.
    if (!session?.open || this.#renewing) return;
    let token: string | undefined;
    this.#renewing = true;
    try {
      token = await this.#options.token({ fresh: true });
    } catch (error) {
      this.#options.onError(error);
    }
    this.#renewing = false;
    if (session !== this.#current || !session.open) return;
    if (token === undefined || token === session.token) this.#planRenewal(session, false);
    else session.refresh(token);
  }

  async #takeToken(): Promise<string | undefined> {
    try {
      return await this.#credentials.take();
    } catch (error) {
      if (error instanceof RefusedToken) this.#stop(error.fault);
      throw error;
    }
  }

  #connect(): void {
    this.#timers.clear('retry');
    this.retryAt = undefined;
    this.#current = new Session(this.#host);
    void this.#current.start();
    this.#update();
  }

  #onOpen(session: Session): void {
    if (session !== this.#current) {
      this.#takeOver(session);
      return;
    }
    this.#before = true;
    this.#planRenewal(session, true);
    this.#planRollover(rolloverAfter + this.#options.random() * rolloverSpread);
    this.#update();
  }

  #onProven(session: Session): void {
    if (session !== this.#current) return;
    this.#failures = 0;
    this.error = undefined;
    this.#update();
  }

  /** The new socket takes over once it has every group: nothing is missed, nothing flickers. */
  #takeOver(session: Session): void {
    if (session !== this.#next || !session.subscriptions.settled) return;
    const old = this.#current;
    this.#next = undefined;
    this.#current = session;
    old?.end();
    this.#onOpen(session);
    session.subscriptions.checkAll();
  }

  #onEnd(session: Session, ending: Ending): void {
    if (session === this.#next) {
      this.#next = undefined;
      if (ending.kind === 'unauthorized') this.#credentials.refuse(session.token, ending.error);
      this.#planRollover(rolloverAgain * (1 + this.#options.random()));
      return;
    }
    this.#drop(session);
    if (!session.proven && this.#options.environment.online()) this.#failures += 1;
    if (ending.kind !== 'lost') this.error = ending.error;
    if (ending.kind === 'stopped') this.#stop(ending.error);
    else if (ending.kind === 'unauthorized') this.#unauthorized(ending.error, session.token);
    else this.#retry(ending.kind === 'told' ? ending.afterMs : undefined);
  }

  /** Lets go of the current session. */
  #drop(session: Session): void {
    session.end();
    this.#current = undefined;
    this.#timers.clear('renew');
    this.#timers.clear('rollover');
    if (session.opened) for (const model of this.#options.models.values()) model.lose(session.subscriptions);
  }

  #retry(delay?: number): void {
    const { clock, random } = this.#options;
    // A listener may have closed the client.
    if (this.#closed || this.#terminal) return;
    this.#offline = !this.#options.environment.online();
    if (this.#next !== undefined) {
      // The one that was to take over does so early, and has to ask what was missed meanwhile.
      const session = this.#next;
      this.#next = undefined;
      this.#current = session;
      if (session.open) this.#onOpen(session);
      if (session.proven) this.#onProven(session);
      session.probe();
      this.#update();
      return;
    }
    const wait = delay ?? (this.#offline ? maxDelay : retryDelay(this.#failures, random));
    this.retryAt = clock.now() + wait;
    this.#timers.set('retry', wait, () => this.#connect());
    this.#update();
  }

  /** Asks once for a fresh token; a second refusal soon after is final. */
  #unauthorized(error: ClientFault, token: string | undefined): void {
    if (this.#closed || this.#terminal) return;
    if (!this.#credentials.refuse(token, error)) {
      this.#stop(error);
      return;
    }
    if (this.#current !== undefined) this.#drop(this.#current);
    this.#retry(retryDelay(0, this.#options.random));
  }

  #stop(error: ClientFault): void {
    if (this.#closed) return;
    this.#terminal = true;
    this.error = error;
    this.#halt();
    this.#update();
  }

  #halt(): void {
    this.#next?.end();
    this.#next = undefined;
    if (this.#current !== undefined) this.#drop(this.#current);
    this.#polling.stop();
    this.#timers.clearAll();
    this.retryAt = undefined;
    for (const model of this.#options.models.values()) model.lose();
  }

  #planRollover(delay: number): void {
    this.#timers.set('rollover', delay, () => {
      this.#next = new Session(this.#host);
      void this.#next.start();
    });
  }

  /** `renewed`: the token is a new one; else the last renewal brought nothing. */
  #planRenewal(session: Session, renewed: boolean): void {
    if (session !== this.#current || session.token === undefined) return;
    const delay = (renewed ? renewIn : renewAgainIn)(session.token, this.#options.clock.now());
    if (delay === undefined) this.#timers.clear('renew');
    else this.#timers.set('renew', delay, () => void this.renew());
  }

  /** Something may be wrong: tests the socket that there is, or tries at once to get one. */
  #doubt(): void {
    if (this.#closed || this.#terminal) return;
    if (this.#current === undefined) this.#connect();
    else this.#current.probe();
  }

  #setOffline(offline: boolean): void {
    this.#offline = offline;
    // The socket may well be dead without knowing it: until it has answered, nothing counts as current.
    if (offline) for (const model of this.#options.models.values()) model.lose();
    if (offline) this.#current?.probe();
    else this.#doubt();
    this.#update();
  }

  #onFrame(tap: FrameTap): void {
    if (tap.direction === 'in') {
      this.lastTraffic = tap.at;
      this.#liveness.traffic();
      if (this.#offline) {
        // What the page says is disproved.
        this.#offline = false;
        this.#update();
      }
    }
    this.#options.onFrame(tap);
  }

  #update(): void {
    const state = stateOf({
      closed: this.#closed,
      refused: this.#terminal,
      offline: this.#offline,
      open: this.#current?.open ?? false,
      proven: this.#current?.proven ?? false,
      before: this.#before,
      failures: this.#failures,
    });
    if (state === 'failed') this.#polling.start();
    else this.#polling.stop();
    if (state === this.state) return;
    this.state = state;
    this.since = this.#options.clock.now();
    this.#options.onState(state);
  }
}
