/**
 * One socket for all tabs of a browser. The tab that holds a lock leads: it has the connection, the others follow it over
 * a channel. When it closes the next gets the lock; when it is frozen another takes it. Views stay as they are meanwhile,
 * and the new leader resumes them from the offsets that it holds.
 */
import { buildClient } from './client.ts';
import { createConnection } from './connection.ts';
import { type GroupModel, loseAll } from './group-model.ts';
import { createLeader, type Leader } from './leader.ts';
import { type SignalFrame, takeSignal } from './session.ts';
import { type Asked, browserSharing, type Copy, identityOf, type Message, type Told } from './tabs.ts';
import { catchUp, createTimers } from './timers.ts';
import { freshInfo, type Info, type Transport, type TransportOptions } from './transport.ts';
import type { Client, ClientOptions, Entities, Sharing, Stop, TabChannel } from './types.ts';

export { browserEnvironment } from './environment.ts';
export type * from './types.ts';

/** Of the messages: tabs may run different versions of this, which then do not share. */
const version = 2;

/** How often a tab that follows asks whether its leader is there, in ms. */
const askEvery = 4000;

/** After so many questions without an answer the leader counts as frozen. */
const maxSilence = 2;

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
  return buildClient(given, (options) => (sharing ? share(options, sharing) : createConnection(options)));
}

function share(options: TransportOptions, sharing: Sharing): Transport {
  const { random, environment, models, info, onError } = options;
  const { now } = options.clock;
  const timers = createTimers(options.clock);
  /** The clock of the connection that this tab makes for all. */
  const clock = catchUp(options.clock);
  /** Raised by each start and end: what is still under way from before is not heard. */
  let round = 0;
  /** Name of lock and channel: who, with which rights, over which endpoint. Undefined while that is not known. */
  let key: string | undefined;
  /** The token that `key` was found by, for the connection that may follow at once: the next may name another. */
  let found: { token: string | undefined } | undefined;
  /** This page may have no locks. */
  let alone = false;
  let channel: TabChannel | undefined;
  /** Ends the wait for the lock, or gives it back. */
  let lock: AbortController | undefined;
  let stopWatching: Stop = () => {};
  /** Set while this tab leads. */
  let connection: Transport | undefined;
  let leader: Leader | undefined;
  /** The newest leader heard of, and the questions since it was last heard. */
  let term = 0;
  let silence = 0;

  /** Finds out who else is there. */
  function start(): void {
    leave();
    alone = false;
    show(freshInfo('connecting', now()));
    const own = round;
    // Without a token the connection of this tab tries by itself, and says what is wrong.
    token({ fresh: false }).catch(() => own === round && lead());
  }

  /** Takes a token of the application. One of another person, or with other rights, leads to other tabs. */
  async function token(request: { fresh: boolean }): Promise<string | undefined> {
    const own = round;
    const { token: taken } = (!request.fresh && found) || { token: await options.token(request) };
    found = undefined;
    if (own !== round || alone) return taken;
    const whose = JSON.stringify([options.live, options.api, identityOf(taken)]);
    const name = `pulsecast.tabs.${version} ${await sharing.hash(whose)}`;
    if (own === round && name !== key) {
      leave();
      key = name;
      found = { token: taken };
      channel = sharing.channel(name);
      channel.onmessage = ({ data }: { data: Message }) => hear(data);
      stopWatching = environment.on('visibility', () => ask());
      follow();
    }
    return taken;
  }

  function leave(): void {
    round += 1;
    key = found = undefined;
    timers.clear();
    stopWatching();
    stepDown();
    ask({ wants: [] });
    lock?.abort();
    channel?.close();
    channel = undefined;
  }

  function stepDown(): void {
    const former = connection;
    leader?.end();
    connection = leader = undefined;
    former?.close();
    // Numbers of another leader's copies say nothing here; and until a new one has its answers, a tab may know more.
    for (const model of models.values()) model.told = undefined;
  }

  function follow(): void {
    stepDown();
    timers.clear();
    silence = 0;
    queue(false);
    ask();
    watch();
  }

  /** Waits for the lock, or takes it from a leader that does not answer. */
  function queue(steal: boolean): void {
    lock?.abort();
    lock = new AbortController();
    const { signal } = lock;
    const granted = () => {
      if (signal.aborted) return undefined;
      lead();
      return new Promise<void>((release) => signal.addEventListener('abort', () => release()));
    };
    sharing.locks.request(key ?? '', steal ? { steal } : { signal }, granted).catch((error: unknown) => {
      if (signal.aborted) return;
      // Another tab has taken the lock, since this one did not answer.
      if (connection) follow();
      else {
        onError(error);
        leave();
        alone = true;
        lead();
      }
    });
  }

  function lead(): void {
    stepDown();
    timers.clear();
    term = Math.max(now() + random(), term + 1);
    // What the former could not, this one need not try in vain before it polls.
    const own = freshInfo(info.state === 'failed' ? 'failed' : 'connecting', now());
    leader = createLeader({ ...options, tell });
    const made = createConnection({
      ...options,
      clock,
      token,
      info: own,
      onInfo: () => made === connection && changed(own),
      onFrame(tap) {
        options.onFrame(tap);
        if (leader?.tapped() || tap.frame.type === 'signal') tell({ tap });
      },
    });
    connection = made;
    timers.set('grace', grace, () => changed(own));
    made.reconnectNow();
  }

  /** The connection has another state. A new leader is given a moment to get one, in which nothing shows. */
  function changed(own: Info): void {
    const former = info.state;
    const waits = timers.has('grace') && /connecting/.test(own.state);
    if (!waits) {
      timers.clear('grace');
      show(own);
    }
    // The credential of another tab may be a better one.
    if (own.state === 'error') leave();
    else if (waits || info.state !== former) tell({ info });
  }

  function show(next: Info): void {
    Object.assign(info, next);
    if (info.state !== 'connected' && info.state !== 'failed') loseAll(models);
    options.onInfo();
  }

  /** A tab that follows asks now and then: for what it misses, and whether its leader still answers. */
  function watch(): void {
    timers.set('watch', askEvery * (1 + random() / 2), () => {
      found = undefined;
      if (silence >= maxSilence) queue(true);
      silence += 1;
      ask();
      watch();
    });
  }

  /** What this tab wants, as one that follows; with `more`, or that in its place. */
  function ask(more?: Partial<Asked>): void {
    if (connection) return;
    const wants = [...models.values()].map(({ name, told, offset }) => ({
      group: name,
      told,
      after: offset,
    }));
    channel?.postMessage({ from: sharing.id, wants, tapped: options.tapped(), ...more });
  }

  function tell(told: Omit<Told, 'term'>): void {
    channel?.postMessage({ ...told, term });
  }

  function hear(message: Message): void {
    if (!('term' in message)) answer(message);
    else if (message.term >= term) {
      if (message.term > term) follow();
      term = message.term;
      if (!connection) take(message);
    }
  }

  /** Takes what the leader says. */
  function take({ info: told, copy, tap }: Told): void {
    silence = 0;
    if (told) show(told);
    if (tap) {
      options.onFrame(tap);
      if (tap.frame.type === 'signal') takeSignal(models, tap.frame as SignalFrame);
    }
    const model = copy && models.get(copy.name);
    // One that was missed is asked for with the next question.
    const fits = copy?.base === undefined ? copy?.told !== model?.told : copy.base === model?.told;
    if (model && fits && !doubts(model, copy)) model.mirror(copy);
  }

  /**
   * Whether a copy is older than what is held. The leader hears so and asks the server, after which it should not be: one
   * that stays behind is right, since then the tables were restored or emptied.
   */
  function doubts(model: GroupModel, { offset = 0, status }: Copy): boolean {
    const { doubted = now() } = model;
    const behind = status !== 'refused' && offset < (model.offset ?? 0) && now() - doubted < maxDoubt;
    model.doubted = behind ? doubted : undefined;
    return behind;
  }

  /** Answers, as the leader, what another tab asks. */
  function answer(asked: Asked): void {
    if (!connection || !leader) return;
    clock.wake();
    tell({ info });
    if (leader.ask(asked) || asked.reconnect) connection.reconnectNow();
    if (asked.renew) void connection.renew();
    // Not at the end of the turn: its timer may take a minute.
    connection.flush();
    if (asked.signal) connection.signal(...asked.signal);
  }

  return {
    onPublish: (model, whole) => leader?.published(model, whole),
    flush() {
      if (connection) connection.flush();
      else ask();
    },
    signal(group, data) {
      if (connection) return connection.signal(group, data);
      const connected = info.state === 'connected';
      // What cannot be sent throws here, as on a socket of its own, and not in the tab that has the socket.
      JSON.stringify(data);
      if (connected) ask({ signal: [group, data] });
      return connected;
    },
    reconnectNow() {
      if (connection) connection.reconnectNow();
      else if (!key) start();
      else ask({ reconnect: true });
    },
    async renew() {
      if (connection) await connection.renew();
      else if (info.state === 'error') start();
      else if (key) {
        // The rights may have changed, and with them who this tab shares with.
        await token({ fresh: true }).catch(onError);
        ask({ renew: true });
      }
    },
    close() {
      leave();
      show(freshInfo('disconnected', now()));
    },
  };
}
