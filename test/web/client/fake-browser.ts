import { createClient } from '../../../web/client/shared.ts';
import type {
  Client,
  ClientOptions,
  ClientState,
  Clock,
  Sharing,
  TabChannel,
  TabLocks,
} from '../../../web/client/types.ts';
import type { FakeClock } from './fake-clock.ts';
import { FakePage, type FakeServer, FakeSocket } from './fake-server.ts';

interface Hold {
  tab: FakeTab;
  release: (error?: Error) => void;
}

interface Wait {
  tab: FakeTab;
  grant: () => void;
}

/** The locks and channels that the tabs of one browser have in common. */
export class FakeBrowser {
  readonly tabs: FakeTab[] = [];
  readonly channels = new Map<string, Set<FakeChannel>>();
  readonly holders = new Map<string, Hold>();
  readonly queues = new Map<string, Wait[]>();
  readonly clock: FakeClock;
  readonly server: FakeServer;
  /** Pages may not use locks. */
  denied = false;

  readonly create: typeof createClient;

  constructor(clock: FakeClock, server: FakeServer, create = createClient) {
    this.clock = clock;
    this.server = server;
    this.create = create;
  }

  open(options: Partial<ClientOptions> = {}): FakeTab {
    const tab = new FakeTab(this, `tab ${this.tabs.length}`, options);
    this.tabs.push(tab);
    return tab;
  }

  /** Gives a free lock to who waits longest. */
  grantNext(name: string): void {
    if (this.holders.has(name)) return;
    this.queues.get(name)?.shift()?.grant();
  }

  forget(tab: FakeTab): void {
    for (const queue of this.queues.values()) {
      for (const wait of queue.filter((each) => each.tab === tab)) queue.splice(queue.indexOf(wait), 1);
    }
    for (const channels of this.channels.values()) {
      for (const channel of channels) if (channel.tab === tab) channels.delete(channel);
    }
    for (const [name, hold] of [...this.holders]) {
      if (hold.tab !== tab) continue;
      this.holders.delete(name);
      this.grantNext(name);
    }
  }
}

/** A tab: what happens to it waits while it is frozen, and is lost once it is killed. */
export class FakeTab {
  readonly client: Client;
  readonly page = new FakePage();
  readonly states: ClientState[] = [];
  readonly errors: unknown[] = [];
  readonly sockets: FakeSocket[] = [];
  readonly id: string;
  life: 'running' | 'frozen' | 'dead' = 'running';
  /** Timers do not come, as in a page that has been hidden for long. */
  slowTimers = false;
  readonly #browser: FakeBrowser;
  readonly #timers = new Set<number>();
  #queue: (() => void)[] = [];

  constructor(browser: FakeBrowser, id: string, options: Partial<ClientOptions>) {
    this.#browser = browser;
    this.id = id;
    this.client = browser.create(
      {
        live: 'wss://host/live',
        api: '/api',
        token: async () => undefined,
        WebSocket: socketsOf(browser.server, this),
        fetch: browser.server.fetch,
        clock: this.#clock(),
        random: () => 0.5,
        environment: this.page,
        onError: (error) => this.errors.push(error),
        ...options,
      },
      this.#sharing(),
    );
    this.states.push(this.client.state);
    this.client.onState((state) => this.states.push(state));
  }

  /** Whether this tab has the lock. */
  get leads(): boolean {
    return [...this.#browser.holders.values()].some(({ tab }) => tab === this);
  }

  run(task: () => void): void {
    if (this.life === 'running') task();
    else if (this.life === 'frozen') this.#queue.push(task);
  }

  freeze(): void {
    if (this.life === 'running') this.life = 'frozen';
  }

  thaw(): void {
    if (this.life !== 'frozen') return;
    this.life = 'running';
    const queue = this.#queue;
    this.#queue = [];
    for (const task of queue) this.run(task);
  }

  /** What waits for it is lost. */
  lose(): void {
    this.#queue = [];
  }

  /** Closed by the user, or crashed: no code of the page runs any more. */
  kill(): void {
    this.life = 'dead';
    this.#queue = [];
    for (const timer of this.#timers) this.#browser.clock.clearTimeout(timer);
    for (const socket of this.sockets) socket.state = 'closed';
    this.#browser.forget(this);
  }

  #clock(): Clock {
    const { clock } = this.#browser;
    return {
      now: clock.now,
      setTimeout: (run, ms) => {
        const timer = clock.setTimeout(() => {
          this.#timers.delete(timer);
          if (!this.slowTimers) this.run(run);
        }, ms);
        this.#timers.add(timer);
        return timer;
      },
      clearTimeout: (timer) => clock.clearTimeout(timer),
    };
  }

  #sharing(): Sharing {
    return {
      id: this.id,
      locks: this.#locks(),
      channel: (name) => new FakeChannel(this.#browser, this, name),
      hash: async (text) => text,
    };
  }

  #locks(): TabLocks {
    const browser = this.#browser;
    return {
      request: (name, options, run) =>
        new Promise<void>((resolve, reject) => {
          if (browser.denied) return reject(new DOMException('denied', 'SecurityError'));
          const grant = () => {
            const hold: Hold = {
              tab: this,
              release: (error) => {
                if (browser.holders.get(name) === hold) browser.holders.delete(name);
                // As in a browser nothing is heard of it at once.
                queueMicrotask(() => this.run(() => (error === undefined ? resolve() : reject(error))));
                browser.grantNext(name);
              },
            };
            browser.holders.set(name, hold);
            queueMicrotask(() => this.run(() => void Promise.resolve(run()).then(() => hold.release())));
          };
          if ('steal' in options) {
            const former = browser.holders.get(name);
            grant();
            if (former !== undefined) former.release(new DOMException('stolen', 'AbortError'));
            return;
          }
          const wait = { tab: this, grant };
          const queue = browser.queues.get(name) ?? [];
          browser.queues.set(name, queue);
          queue.push(wait);
          options.signal.addEventListener('abort', () => {
            if (queue.includes(wait)) queue.splice(queue.indexOf(wait), 1);
            reject(new DOMException('aborted', 'AbortError'));
          });
          browser.grantNext(name);
        }),
    };
  }
}

class FakeChannel implements TabChannel {
  onmessage: ((event: never) => void) | null = null;
  readonly tab: FakeTab;
  readonly #all: Set<FakeChannel>;

  constructor(browser: FakeBrowser, tab: FakeTab, name: string) {
    this.tab = tab;
    this.#all = browser.channels.get(name) ?? new Set();
    browser.channels.set(name, this.#all);
    this.#all.add(this);
  }

  postMessage(message: unknown): void {
    if (!this.#all.has(this)) throw new DOMException('The channel is closed.', 'InvalidStateError');
    const text = structuredClone(message);
    for (const other of this.#all) {
      if (other === this) continue;
      queueMicrotask(() =>
        other.tab.run(() => {
          if (this.#all.has(other))
            (other.onmessage as ((event: { data: unknown }) => void) | null)?.({ data: text });
        }),
      );
    }
  }

  close(): void {
    this.#all.delete(this);
  }
}

/** The sockets of a tab: a frozen one hears nothing of them. */
function socketsOf(server: FakeServer, tab: FakeTab) {
  return class extends FakeSocket {
    constructor(url: string, protocols: string[]) {
      super(server, url, protocols);
      server.sockets.push(this);
      tab.sockets.push(this);
      queueMicrotask(() => {
        if (server.mode === 'accept') this.accept();
        else if (server.mode === 'refuse') this.drop();
      });
    }
    override accept(): void {
      tab.run(() => super.accept());
    }
    override raw(data: unknown): void {
      tab.run(() => super.raw(data));
    }
    override drop(): void {
      this.state = 'closed';
      tab.run(() => super.drop());
    }
  };
}
