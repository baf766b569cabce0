/** A raw client of the WebSocket contract for tests: sends what it is told, good or bad, and waits for frames. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { GroupState, ServerFrame, SnapshotItem } from '../../core/protocol.ts';

type FrameOf<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>;

export class TestSocket {
  readonly socket: WebSocket;
  readonly frames: ServerFrame[] = [];
  #wake: (() => void)[] = [];
  #next = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as ServerFrame);
      this.#notify();
    });
    socket.on('close', () => this.#notify());
    socket.on('error', () => this.#notify());
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Resolves with the first frame, past or coming, that fits. Fails after 10 s, telling what came instead. */
  async until<T extends ServerFrame>(fits: (frame: ServerFrame) => frame is T): Promise<T>;
  async until(fits: (frame: ServerFrame) => boolean): Promise<ServerFrame>;
  async until(fits: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const found = this.frames.find(fits);
      if (found !== undefined) return found;
      const left = deadline - Date.now();
      if (left <= 0 || this.socket.readyState === WebSocket.CLOSED) {
        const last = JSON.stringify(this.frames.slice(-5)).slice(0, 2000);
        throw new Error(
          `The frame did not come (${left <= 0 ? 'time is up' : 'socket closed'}). Last frames: ${last}`,
        );
      }
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake.push(resolve);
        timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
    }
  }

  type<T extends ServerFrame['type']>(type: T): Promise<FrameOf<T>> {
    return this.until((frame): frame is FrameOf<T> => frame.type === type);
  }

  /** Sends a frame with a new id and resolves with the reply that carries it. */
  async ask(frame: Record<string, unknown>): Promise<ServerFrame> {
    this.#next += 1;
    const id = `t${this.#next}`;
    this.socket.send(JSON.stringify({ ...frame, id }));
    return this.until((reply) => 'id' in reply && reply.id === id);
  }

  /** Subscribes to one group; gives its answer. */
  async subscribe(group: string, after?: number): Promise<GroupState> {
    const reply = await this.ask({
      action: 'subscribe',
      groups: [{ group, ...(after === undefined ? {} : { after }) }],
    });
    const [answer] = reply.type === 'subscribed' ? reply.groups : [];
    if (answer === undefined) throw new Error(`Not subscribed: ${JSON.stringify(reply)}`);
    return answer;
  }

  /** Subscribes to one group; gives its items, of all pages. */
  async snapshot(group: string): Promise<SnapshotItem[]> {
    const items: SnapshotItem[] = [];
    let answer = await this.subscribe(group);
    for (;;) {
      if (!('snapshot' in answer)) throw new Error(`No snapshot: ${JSON.stringify(answer)}`);
      items.push(...answer.snapshot);
      if (answer.more === undefined) return items;
      const reply = await this.ask({ action: 'subscribe', groups: [{ group, more: answer.more }] });
      const [page] = reply.type === 'subscribed' ? reply.groups : [];
      if (page === undefined) throw new Error(`No page: ${JSON.stringify(reply)}`);
      answer = page;
    }
  }

  /** The offsets pushed for a group so far, in the order of arrival. */
  offsets(group: string): number[] {
    return this.frames.flatMap((frame) =>
      frame.type === 'events'
        ? frame.groups.filter((entry) => entry.group === group).map(({ offset }) => offset)
        : [],
    );
  }

  async closed(): Promise<number> {
    if (this.socket.readyState === WebSocket.CLOSED) return 1006;
    const [code] = await once(this.socket, 'close');
    return Number(code);
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const done = once(this.socket, 'close');
    this.socket.close();
    await done;
  }
}

/** A handshake that was refused, with its status. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`refused with ${status}`);
    this.status = status;
  }
}

/** Opens a socket. @throws Refused when the handshake is answered with a status. */
export async function connect(
  url: string,
  protocols: string[] = [],
  headers: Record<string, string> = {},
): Promise<TestSocket> {
  const socket = new WebSocket(url, protocols, { headers, perMessageDeflate: false });
  const test = new TestSocket(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      reject(new Refused(response.statusCode ?? 0));
    });
    socket.once('error', reject);
  });
  return test;
}
