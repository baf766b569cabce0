/** Somebody who looks at groups: the real client as pages use it. */
import { createClient } from '../../web/client/index.ts';
import type { Client, Clock, GroupHandle } from '../../web/client/types.ts';
import type { Identity } from './issuer.ts';
import { Tape } from './tape.ts';
import { type Contents, canonical, idOf } from './truth.ts';

export interface Member {
  readonly name: string;
  readonly user: Identity;
  readonly tape: Tape;
  /** What it noticed itself that should not be. */
  readonly oddities: string[];
  /** The groups that it looks at, whether it may or not. */
  groups(): string[];
  look(group: string): void;
  leave(group: string): void;
  cut(): void;
  /** Asks for whatever it is missing. */
  refresh(): void;
  /** What it holds of a group; undefined while it does not count as current. */
  holds(group: string): Contents | undefined;
  refused(group: string): boolean;
  close(): void;
}

/** Waits of the client pass this much faster. */
const speed = 10;

function fastClock(): Clock {
  const began = Date.now();
  return {
    now: () => began + (Date.now() - began) * speed,
    setTimeout: (run, ms) => setTimeout(run, ms / speed),
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
  };
}

export class ClientMember implements Member {
  readonly name: string;
  readonly user: Identity;
  readonly tape = new Tape();
  readonly oddities: string[] = [];
  readonly #client: Client;
  readonly #handles = new Map<string, GroupHandle>();

  /** @param token makes a new token */
  constructor(
    name: string,
    origin: string,
    user: Identity,
    token: () => Promise<string>,
    random: () => number,
  ) {
    this.name = `${name} (client of ${user.sub})`;
    this.user = user;
    this.#client = createClient({
      live: `${origin.replace('http', 'ws')}/live`,
      api: `${origin}/api`,
      token: () => token(),
      clock: fastClock(),
      random,
      WebSocket: this.tape.socketClass,
    });
  }

  groups(): string[] {
    return [...this.#handles.keys()];
  }

  look(group: string): void {
    if (this.#handles.has(group)) return;
    const handle = this.#client.group(group);
    const revs = new Map<string, number>();
    handle.onChange(() => {
      if (handle.status === 'refused') revs.clear();
    });
    handle.onItem(({ entity, key, item }) => {
      if (item === undefined) return;
      const id = idOf({ entity, key });
      const last = revs.get(id);
      if (last !== undefined && item.rev <= last) {
        this.oddities.push(`${group}: ${id} went from rev ${last} to ${item.rev}`);
      }
      revs.set(id, item.rev);
    });
    this.#handles.set(group, handle);
  }

  leave(group: string): void {
    this.#handles.get(group)?.release();
    this.#handles.delete(group);
  }

  cut(): void {
    this.tape.cut();
  }

  refresh(): void {
    this.#client.reconnectNow();
  }

  holds(group: string): Contents | undefined {
    const handle = this.#handles.get(group);
    if (handle?.status !== 'live') return undefined;
    return new Map(handle.list().map((item) => [idOf(item), { rev: item.rev, data: canonical(item.data) }]));
  }

  refused(group: string): boolean {
    return this.#handles.get(group)?.status === 'refused';
  }

  close(): void {
    this.#client.close();
  }
}
