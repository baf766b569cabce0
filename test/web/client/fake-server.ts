import type { ClientFrame, GroupEvents, GroupState, ServerFrame } from '../../../core/protocol.ts';
import type { Environment, Fetch, WebSocketConstructor, WebSocketLike } from '../../../web/client/index.ts';
import type { FakeClock } from './fake-clock.ts';
import { ModelGroup } from './model-group.ts';

/** The far end of one socket, and what went over it. */
export class FakeSocket implements WebSocketLike {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly url: string;
  readonly protocols: string[];
  readonly sent: ClientFrame[] = [];
  readonly members = new Set<string>();
  readonly #server: FakeServer;
  state: 'connecting' | 'open' | 'closed' = 'connecting';

  constructor(server: FakeServer, url: string, protocols: string[]) {
    this.#server = server;
    this.url = url;
    this.protocols = protocols;
  }

  get token(): string | undefined {
    return this.protocols.find((name) => name.startsWith('jwt.'))?.slice(4);
  }

  send(text: string): void {
    if (this.state === 'connecting') throw new Error('The socket is not open yet.');
    const frame: ClientFrame = JSON.parse(text);
    this.sent.push(frame);
    if (this.state === 'open') this.#server.handle(this, frame);
  }

  /** As in a browser the event comes later, to whoever still listens. */
  close(): void {
    this.state = 'closed';
    queueMicrotask(() => this.drop());
  }

  accept(): void {
    if (this.state !== 'connecting') return;
    this.state = 'open';
    (this.onopen as (() => void) | null)?.();
  }

  push(frame: ServerFrame): void {
    this.raw(JSON.stringify(frame));
  }

  /** Anything, even to a client that has let go of the socket. */
  raw(data: unknown): void {
    (this.onmessage as ((event: { data: unknown }) => void) | null)?.({ data });
  }

  /** The network or the server ends it. */
  drop(): void {
    this.state = 'closed';
    (this.onclose as (() => void) | null)?.();
  }

  framesOf<A extends ClientFrame['action']>(action: A): Extract<ClientFrame, { action: A }>[] {
    return this.sent.filter((frame) => frame.action === action) as Extract<ClientFrame, { action: A }>[];
  }
}

/** A server in process. It answers by its groups' tables and logs unless a test takes a part over. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly groups = new Map<string, ModelGroup>();
  /** Names of groups that may not be seen. */
  readonly forbidden = new Set<string>();
  readonly requests: { url: string; headers: Record<string, string> }[] = [];
  /** What becomes of a new socket. */
  mode: 'accept' | 'refuse' | 'hang' = 'accept';
  /** What becomes of an HTTP request; a number is answered with that status and a problem document. */
  http: 'answer' | 'down' | 'hang' | 401 | 403 | 503 = 'answer';
  /** Takes the place of the server's answer to a frame. */
  onFrame: ((socket: FakeSocket, frame: ClientFrame) => void) | undefined;
  /** Takes the place of the delivery of a frame. */
  deliver: (socket: FakeSocket, frame: ServerFrame) => void = (socket, frame) => socket.push(frame);
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  readonly WebSocket: WebSocketConstructor = ((server: FakeServer) =>
    class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(server, url, protocols);
        server.sockets.push(this);
        queueMicrotask(() => {
          if (server.mode === 'accept') this.accept();
          else if (server.mode === 'refuse') this.drop();
        });
      }
    })(this);

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (last === undefined) throw new Error('No socket was opened.');
    return last;
  }

  get open(): FakeSocket[] {
    return this.sockets.filter((socket) => socket.state === 'open');
  }

  group(name: string): ModelGroup {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    const group = new ModelGroup(name, this.#clock.now);
    this.groups.set(name, group);
    return group;
  }

  /** Writes and pushes to the members. */
  write(name: string, changes: Record<string, unknown>): GroupEvents {
    const entry = this.group(name).write(changes);
    this.broadcast(entry);
    return entry;
  }

  broadcast(entry: GroupEvents): void {
    for (const socket of this.open) {
      if (socket.members.has(entry.group)) this.deliver(socket, { type: 'events', groups: [entry] });
    }
  }

  handle(socket: FakeSocket, frame: ClientFrame): void {
    if (this.onFrame !== undefined) this.onFrame(socket, frame);
    else this.answer(socket, frame);
  }

  /** The ordinary answer. */
  answer(socket: FakeSocket, frame: ClientFrame): void {
    const id = frame.id ?? '';
    switch (frame.action) {
      case 'subscribe': {
        const groups = frame.groups.map((wanted): GroupState => {
          if (this.forbidden.has(wanted.group)) return refusal(wanted.group);
          socket.members.add(wanted.group);
          return this.group(wanted.group).answer(wanted);
        });
        this.deliver(socket, { type: 'subscribed', id, groups });
        break;
      }
      case 'unsubscribe':
        for (const name of frame.groups) socket.members.delete(name);
        this.deliver(socket, { type: 'unsubscribed', id, groups: frame.groups });
        break;
      case 'sync': {
        const groups = frame.groups
          .filter(({ group, after }) => this.forbidden.has(group) || this.group(group).last !== after)
          .map((wanted) =>
            this.forbidden.has(wanted.group)
              ? refusal(wanted.group)
              : this.group(wanted.group).answer(wanted),
          );
        const at = new Date(this.#clock.now()).toISOString();
        this.deliver(socket, { type: 'synced', id, at, groups });
        break;
      }
      case 'refresh':
        this.deliver(socket, { type: 'refreshed', id, expiresAt: '2026-11-20T00:00:00.000Z' });
        break;
      case 'signal':
    }
  }

  readonly fetch: Fetch = async (url, { headers, signal }) => {
    this.requests.push({ url, headers });
    if (this.http === 'hang') {
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }
    if (this.http === 'down') throw new TypeError('fetch failed');
    const { pathname, searchParams } = new URL(url, 'http://local');
    const name = pathname.slice('/api/groups/'.length);
    const status = this.forbidden.has(name) ? 403 : this.http;
    if (typeof status === 'number') return response(status, { code: problems[status], title: 'No' });
    const after = searchParams.get('after');
    const state = this.group(name).answer({
      after: after === null ? undefined : Number(after),
      more: searchParams.get('more') ?? undefined,
    });
    return response(200, state);
  };
}

const problems = { 401: 'unauthorized', 403: 'forbidden', 503: 'internal' } as const;

function response(status: number, body: unknown) {
  const text = JSON.stringify(body) ?? '';
  return {
    status,
    json: async (): Promise<unknown> => JSON.parse(text),
  };
}

export function refusal(group: string): GroupState {
  return { group, error: { code: 'forbidden', message: 'You may not see this.' } };
}

/** A page that goes on and off line, and is hidden and shown, as told. */
export class FakePage implements Environment {
  isOnline = true;
  isVisible = true;
  readonly listeners = new Set<{ event: string; listener: () => void }>();

  online = (): boolean => this.isOnline;
  visible = (): boolean => this.isVisible;

  on(event: string, listener: () => void): () => void {
    const entry = { event, listener };
    this.listeners.add(entry);
    return () => this.listeners.delete(entry);
  }

  setOnline(online: boolean): void {
    this.isOnline = online;
    this.#emit(online ? 'online' : 'offline');
  }

  setVisible(visible: boolean): void {
    this.isVisible = visible;
    this.#emit('visibility');
  }

  #emit(event: string): void {
    for (const entry of [...this.listeners]) if (entry.event === event) entry.listener();
  }
}
