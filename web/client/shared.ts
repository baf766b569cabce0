/**
 * One socket for all tabs of a browser. The tab that holds a lock leads: it has the connection, the others follow it over
 * a channel. When it closes the next gets the lock; when it is frozen another takes it. Views stay as they are meanwhile,
 * and the new leader resumes them from the offsets that it holds.
 */
import { buildClient } from './client.ts';
import { Connection } from './connection.ts';
import type { Copy, GroupModel } from './group-model.ts';
import { Leader } from './leader.ts';
import { type Asked, browserSharing, identityOf, type Message, type Told } from './tabs.ts';
import { catchUp, Timers } from './timers.ts';
import type { Info, Transport, TransportOptions } from './transport.ts';
import type { Client, ClientOptions, ClientState, Entities, Sharing, Stop, TabChannel } from './types.ts';

export { browserEnvironment } from './environment.ts';
export type * from './types.ts';

/** How often a tab that follows asks whether its leader is there, in ms, and a leader looks for tabs that are gone. */
const askEvery = 4000;
const lookEvery = 30_000;

/** After so many questions without an answer the leader counts as frozen. */
const maxSilence = 2;

/** A timer that is later than this, in ms, proves that it was this tab that slept. Hidden pages have slow timers. */
const lateVisible = 2000;
const lateHidden = 65_000;

/** How long a leader may take to find out what it missed, in ms. */
const maxDoubt = 15_000;

/** How long a new leader may take to connect before the others are told that there is no connection, in ms. */
const grace = 5000;

/**
 * Makes a client that shares its socket with those in other tabs of the same person, rights and endpoint; where that is
 * not possible it has its own. `sharing` is what the tabs share by. @default the browser's
 */
export function createClient<E extends object = Entities>(
  given: ClientOptions,
  sharing: Sharing | undefined = browserSharing(),
): Client<E> {
  return buildClient(given, (options) =>
    sharing === undefined ? new Connection(options) : new Shared(options, sharing),
  );
}

class Shared implements Transport {
  readonly #options: TransportOptions;
  readonly #sharing: Sharing;
  readonly #timers: Timers;
  /** The clock of the connection that this tab makes for all. */
  readonly #clock: ReturnType<typeof catchUp>;
  #info: Info;
  /** Raised by each start and end: what is still under way from before is not heard. */
  #round = 0;
  /** Who, with which rights, over which endpoint: undefined while that is not known. */
  #key: string | undefined;
  /** This page may have no locks. */
  #alone = false;
  #channel: TabChannel | undefined;
  /** Ends the wait for the lock, or gives it back. */
  #unlock: Stop = () => {};
  #stopWatching: Stop = () => {};
  /** Set while this tab leads. */
  #connection: Connection | undefined;
  #leader: Leader | undefined;
  /** The newest leader heard of. */
  #term = 0;
  /** The numbers of its last copies that arrived here. */
  #numbers = new WeakMap<GroupModel, number>();
  /** Since when its copies have been older than what is held here. */
  readonly #doubted = new WeakMap<GroupModel, number>();
  /** Questions since it was last heard. */
  #silence = 0;

  constructor(options: TransportOptions, sharing: Sharing) {
    this.#options = options;
    this.#sharing = sharing;
    this.#timers = new Timers(options.clock);
    this.#clock = catchUp(options.clock);
    this.#info = this.#own('connecting');
  }

  get info(): Info {
    return this.#connection?.state === this.#info.state ? this.#connection : this.#info;
  }

  start(): void {
    this.#leave();
    this.#alone = false;
    this.#show(this.#own('connecting'));
    const round = this.#round;
    // Without a token the connection of this tab tries by itself, and says what is wrong.
    this.#token({ fresh: false }).catch(() => round === this.#round && this.#lead());
  }

  close(): void {
    this.#leave();
    this.#show(this.#own('disconnected'));
  }

  flush(): void {
    this.#leader?.attach();
    if (this.#connection === undefined) this.#ask();
    else this.#connection.flush();
  }

  signal(group: string, data: unknown): boolean {
    if (this.#connection !== undefined) return this.#connection.signal(group, data);
    const connected = this.#info.state === 'connected';
    if (connected) this.#post({ kind: 'send', group, data });
    return connected;
  }

  reconnectNow(): void {
    if (this.#connection !== undefined) this.#connection.reconnectNow();
    else if (this.#key === undefined) this.start();
    else this.#post({ kind: 'again' });
  }

  async renew(): Promise<void> {
    if (this.#connection !== undefined) await this.#connection.renew();
    else if (this.#info.state === 'error') this.start();
    else if (this.#key !== undefined) {
      // The rights may have changed, and with them who this tab shares with.
      await this.#token({ fresh: true }).catch(this.#options.onError);
      this.#post({ kind: 'renew' });
    }
  }

  /** Takes a token of the application. One of another person, or with other rights, leads to other tabs. */
  async #token(request: { fresh: boolean }): Promise<string | undefined> {
    const round = this.#round;
    const { live, api, token: take } = this.#options;
    const token = await take(request);
    if (round !== this.#round || this.#alone) return token;
    const key = await this.#sharing.hash(JSON.stringify([live, api, identityOf(token)]));
    if (round === this.#round && key !== this.#key) {
      this.#leave();
      this.#key = key;
      this.#channel = this.#sharing.channel(nameOf(key));
      this.#channel.onmessage = ({ data }: { data: Message }) => this.#hear(data);
      this.#stopWatching = this.#options.environment.on('visibility', () => this.#ask());
      this.#follow();
    }
    return token;
  }

  #leave(): void {
    this.#round += 1;
    this.#key = undefined;
    this.#timers.clearAll();
    this.#stopWatching();
    this.#stepDown();
    this.#post({ kind: 'bye', from: this.#sharing.id });
    this.#unlock();
    this.#channel?.close();
    this.#channel = undefined;
  }

  #stepDown(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#leader?.end();
    this.#leader = undefined;
    connection?.close();
  }

  #follow(): void {
    this.#stepDown();
    this.#timers.clearAll();
    this.#numbers = new WeakMap();
    this.#silence = 0;
    this.#queue(false);
    this.#ask();
    this.#watch();
  }

  /** Waits for the lock, or takes it from a leader that does not answer. */
  #queue(steal: boolean): void {
    this.#unlock();
    const waiting = new AbortController();
    const { signal } = waiting;
    this.#unlock = () => waiting.abort();
    const granted = () => {
      if (signal.aborted) return undefined;
      this.#lead();
      return new Promise<void>((resolve) => {
        this.#unlock = () => {
          waiting.abort();
          resolve();
        };
      });
    };
    this.#sharing.locks
      .request(nameOf(this.#key), steal ? { steal } : { signal }, granted)
      .catch((error: unknown) => {
        if (signal.aborted) return;
        // Another tab has taken the lock, since this one did not answer.
        if (this.#connection !== undefined) this.#follow();
        else {
          this.#options.onError(error);
          this.#leave();
          this.#alone = true;
          this.#lead();
        }
      });
  }

  #lead(): void {
    const { clock, random, models, hold } = this.#options;
    this.#timers.clearAll();
    this.#term = Math.max(clock.now() + random(), this.#term + 1);
    this.#leader = new Leader({ models, hold, tell: (told) => this.#tell(told) });
    this.#leader.attach();
    const connection = new Connection({
      ...this.#options,
      clock: this.#clock,
      token: (request) => this.#token(request),
      onState: () => connection === this.#connection && this.#changed(),
      onFrame: (tap) => {
        this.#options.onFrame(tap);
        if (this.#leader?.tapped) this.#tell({ kind: 'frame', tap });
      },
    });
    this.#connection = connection;
    this.#timers.set('grace', grace, () => this.#changed());
    this.#look();
    connection.start();
    this.#changed();
  }

  /** The connection has another state. A new leader is given a moment to get one, in which nothing shows. */
  #changed(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    const { state, since, error, lastTraffic, retryAt } = connection;
    if (this.#timers.has('grace') && (state === 'connecting' || state === 'reconnecting')) {
      this.#tell({ kind: 'state', info: this.#info });
      return;
    }
    this.#timers.clear('grace');
    this.#show({ state, since, error, lastTraffic, retryAt });
    this.#tell({ kind: 'state', info: this.#info });
    // The credential of another tab may be a better one.
    if (state === 'error') this.#leave();
  }

  #show(info: Info): void {
    const { state } = this.#info;
    this.#info = info;
    if (info.state !== 'connected' && info.state !== 'failed') {
      for (const model of this.#options.models.values()) model.lose();
    }
    if (info.state !== state) this.#options.onState(info.state);
  }

  #own(state: ClientState): Info {
    const since = this.#options.clock.now();
    return { state, since, error: undefined, lastTraffic: undefined, retryAt: undefined };
  }

  /** A leader looks for tabs that are gone. */
  #look(): void {
    this.#timers.set('look', lookEvery, () => {
      this.#leader?.look();
      this.#look();
    });
  }

  /** A tab that follows asks now and then: for what it misses, and whether its leader still answers. */
  #watch(): void {
    const { clock, random, environment } = this.#options;
    const wait = askEvery * (1 + random() / 2);
    const due = clock.now() + wait;
    this.#timers.set('watch', wait, () => {
      if (clock.now() - due > (environment.visible() ? lateVisible : lateHidden)) this.#silence = 0;
      if (this.#silence >= maxSilence) this.#queue(true);
      this.#silence += 1;
      this.#ask();
      this.#watch();
    });
  }

  #ask(): void {
    if (this.#connection !== undefined) return;
    const wants = [...this.#options.models.values()].map((model) => ({
      group: model.name,
      number: this.#numbers.get(model),
      after: model.offset,
    }));
    const { id: from } = this.#sharing;
    this.#post({ kind: 'ask', from, known: this.#term, wants, tapped: this.#options.tapped() });
  }

  #tell(told: Told): void {
    this.#channel?.postMessage({ ...told, term: this.#term });
  }

  #post(asked: Asked): void {
    this.#channel?.postMessage(asked);
  }

  #hear(message: Message): void {
    if (!('term' in message)) this.#answer(message);
    else if (message.term > this.#term) {
      this.#term = message.term;
      this.#follow();
      this.#take(message);
    } else if (message.term === this.#term && this.#connection === undefined) this.#take(message);
  }

  /** Takes what the leader says. */
  #take(told: Told): void {
    const { models } = this.#options;
    this.#silence = 0;
    if (told.kind === 'state') this.#show(told.info);
    else if (told.kind === 'signal') models.get(told.group)?.signal(told.signal);
    else if (told.kind === 'frame') this.#options.onFrame(told.tap);
    else {
      const { copy, number, base } = told;
      const model = models.get(copy.name);
      const held = model && this.#numbers.get(model);
      // One that was missed is asked for with the next question.
      if (model === undefined || (copy.whole ? number <= (held ?? 0) : base !== held)) return;
      if (this.#doubts(model, copy)) return;
      this.#numbers.set(model, number);
      model.mirror(copy);
    }
  }

  /**
   * Whether a copy is older than what is held. The leader hears so and asks the server, after which it should not be: one
   * that stays behind is right, since then the tables were restored or emptied.
   */
  #doubts(model: GroupModel, { offset, status }: Copy): boolean {
    const now = this.#options.clock.now();
    const since = this.#doubted.get(model) ?? now;
    const behind = status !== 'refused' && (offset ?? 0) < (model.offset ?? 0) && now - since < maxDoubt;
    if (behind) this.#doubted.set(model, since);
    else this.#doubted.delete(model);
    return behind;
  }

  /** Answers, as the leader, what another tab asks. */
  #answer(asked: Asked): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#clock.wake();
    switch (asked.kind) {
      case 'ask':
        this.#tell({ kind: 'state', info: this.#info });
        if (this.#leader?.ask(asked, asked.known === this.#term)) connection.reconnectNow();
        // Not at the end of the turn: its timer may take a minute.
        connection.flush();
        break;
      case 'bye':
        this.#leader?.bye(asked.from);
        break;
      case 'send':
        connection.signal(asked.group, asked.data);
        break;
      case 'renew':
        void connection.renew();
        break;
      default:
        connection.reconnectNow();
    }
  }
}

/** The name of the lock and of the channel. The number is that of the messages: tabs may run different versions of this. */
function nameOf(key = ''): string {
  return `pulsecast.tabs.1 ${key}`;
}
