/**
 * One socket from its token to its end, and the protocol spoken over it. Two sessions may live at once while one takes
 * over from the other; each has its own timers and requests, and nothing of it is heard after `end()`.
 */
import type { ClientFrame, ServerFrame, subprotocol } from '../../core/protocol.ts';
import type { GroupModel } from './group-model.ts';
import { isCredential, parseServerFrame } from './guard.ts';
import { Requests } from './requests.ts';
import { type Pending, Subscriptions } from './subscriptions.ts';
import { Timers } from './timers.ts';
import type { ClientFault, Clock, FrameTap, WebSocketConstructor, WebSocketLike } from './types.ts';

const protocol: typeof subprotocol = 'pulsecast.v1';

/** How long token and handshake may take together, in ms. */
const openWithin = 15_000;

/** A socket that stays open this long counts as working, even if nothing was asked over it. In ms. */
const provenAfter = 10_000;

/**
 * Why a session ended: `lost` by the network or unanswered, `told` by the server to come back after `afterMs`,
 * `unauthorized` since its token is not taken, `stopped` by the server for good.
 */
export type Ending =
  | { kind: 'lost' }
  | { kind: 'told'; afterMs: number; error: ClientFault }
  | { kind: 'unauthorized' | 'stopped'; error: ClientFault };

export interface SessionHost {
  readonly models: ReadonlyMap<string, GroupModel>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly WebSocket: WebSocketConstructor;
  readonly url: string;
  takeToken(): Promise<string | undefined>;
  onOpen(session: Session): void;
  /** The first sign that the server works with this socket. */
  onProven(session: Session): void;
  /** A reply has been dealt with. */
  onReply(session: Session): void;
  /** `accepted`: false when the server could not take the new token now. */
  onRefreshed(session: Session, accepted: boolean): void;
  onEnd(session: Session, ending: Ending): void;
  onFrame(tap: FrameTap): void;
  onError(error: unknown): void;
}

export class Session {
  readonly subscriptions: Subscriptions;
  /** The token that the server knows last. */
  token: string | undefined;
  /** The handshake has succeeded. */
  opened = false;
  proven = false;
  readonly #host: SessionHost;
  readonly #timers: Timers;
  readonly #requests: Requests<Pending>;
  #socket: WebSocketLike | undefined;
  #ended = false;

  constructor(host: SessionHost) {
    this.#host = host;
    this.#timers = new Timers(host.clock);
    this.#requests = new Requests(this.#timers, host.clock.now, () => this.#finish({ kind: 'lost' }));
    this.subscriptions = new Subscriptions({
      models: host.models,
      requests: this.#requests,
      timers: this.#timers,
      random: host.random,
      send: (frame) => this.#send(frame),
    });
  }

  get open(): boolean {
    return this.opened && !this.#ended;
  }

  async start(): Promise<void> {
    this.#timers.set('open', openWithin, () => this.#finish({ kind: 'lost' }));
    try {
      const token = await this.#host.takeToken();
      if (this.#ended) return;
      this.token = token;
      const protocols = token === undefined ? [protocol] : [protocol, `jwt.${token}`];
      const socket = new this.#host.WebSocket(this.#host.url, protocols);
      this.#socket = socket;
      socket.onopen = () => this.#opened();
      socket.onmessage = (event: { data: unknown }) => this.#receive(event.data);
      // The browser tells of an error without a reason and closes right after; for Node's `ws` one unheard is fatal.
      socket.onerror = () => {};
      socket.onclose = () => this.#finish({ kind: 'lost' });
    } catch (error) {
      if (this.#ended) return;
      this.#host.onError(error);
      this.#finish({ kind: 'lost' });
    }
  }

  /** Subscribes and unsubscribes as the wanted groups demand. */
  flush(): void {
    if (this.open) this.subscriptions.flush();
  }

  /** Asks whether the socket is alive and anything was missed; not twice at a time. */
  probe(): void {
    if (this.open && !this.#requests.some(({ action }) => action === 'sync')) this.subscriptions.sync();
  }

  refresh(token: string): void {
    this.#send({ action: 'refresh', id: this.#requests.add({ action: 'refresh', token }), token });
  }

  signal(group: string, data: unknown): boolean {
    if (this.open) this.#send({ action: 'signal', id: 'signal', group, data });
    return this.open;
  }

  /** Closes without a word to the host. */
  end(): void {
    this.#ended = true;
    this.#timers.end();
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
  }

  #finish(ending: Ending): void {
    if (this.#ended) return;
    this.end();
    this.#host.onEnd(this, ending);
  }

  #opened(): void {
    this.#timers.clear('open');
    this.opened = true;
    this.#timers.set('proven', provenAfter, () => this.#prove());
    this.#host.onOpen(this);
    this.flush();
  }

  #prove(): void {
    this.#timers.clear('proven');
    if (this.proven) return;
    this.proven = true;
    this.#host.onProven(this);
  }

  #send(frame: ClientFrame): void {
    const shown = frame.action === 'refresh' ? { ...frame, token: '...' } : frame;
    this.#host.onFrame({ direction: 'out', at: this.#host.clock.now(), frame: shown });
    // A listener of that frame may have closed the client.
    if (!this.#ended) this.#socket?.send(JSON.stringify(frame));
  }

  #receive(text: unknown): void {
    let frame: ServerFrame | undefined;
    try {
      frame = parseServerFrame(text);
    } catch (error) {
      this.#host.onError(error);
    }
    if (frame === undefined) return;
    this.#host.onFrame({ direction: 'in', at: this.#host.clock.now(), frame });
    if (this.#ended) return;
    if (frame.type !== 'error' && frame.type !== 'disconnect') this.#prove();
    this.#take(frame);
  }

  #take(frame: ServerFrame): void {
    switch (frame.type) {
      case 'events':
        for (const entry of frame.groups) this.subscriptions.push(entry);
        return;
      case 'signal':
        // One with an id is the reply to our own.
        if (frame.id === undefined) {
          this.#host.models.get(frame.group)?.signal({ from: { user: frame.from.user }, data: frame.data });
        }
        return;
      case 'disconnect':
        this.#finish(endingOf(frame));
        return;
      case 'error':
        this.#fail(
          this.#requests.take(frame.id),
          { code: frame.code, message: frame.message },
          frame.retryAfterMs,
        );
        return;
      default:
        this.#reply(frame, this.#requests.take(frame.id));
    }
  }

  #reply(
    frame: Extract<ServerFrame, { type: 'subscribed' | 'synced' | 'unsubscribed' | 'refreshed' }>,
    pending: Pending | undefined,
  ): void {
    if (pending === undefined) return;
    switch (pending.action) {
      case 'subscribe':
      case 'sync':
        if (frame.type !== 'subscribed' && frame.type !== 'synced') return;
        this.subscriptions.answered(pending.action, pending.asks, frame.groups);
        break;
      case 'unsubscribe':
        this.subscriptions.unsubscribed(pending.groups);
        break;
      case 'refresh':
        this.token = pending.token;
        this.subscriptions.retryRefused();
        this.#host.onRefreshed(this, true);
    }
    this.#host.onReply(this);
  }

  #fail(pending: Pending | undefined, error: ClientFault, wait: number | undefined): void {
    if (isCredential(error.code)) {
      this.#finish({ kind: 'unauthorized', error });
      return;
    }
    this.#host.onError(error);
    if (pending?.action === 'refresh') this.#host.onRefreshed(this, false);
    else if (pending !== undefined) this.subscriptions.failed(pending, error, wait);
  }
}

function endingOf(frame: Extract<ServerFrame, { type: 'disconnect' }>): Ending {
  const error = { code: frame.code, message: frame.message };
  if (frame.reconnect) return { kind: 'told', afterMs: frame.afterMs, error };
  return { kind: isCredential(frame.code) ? 'unauthorized' : 'stopped', error };
}
