/** Sockets that keep every frame, so that all that a member was ever told can be judged afterwards. */
import { WebSocket } from 'ws';
import type { Identity } from './issuer.ts';
import { maySee } from './rules.ts';
import type { Truth } from './truth.ts';

export interface Told {
  direction: 'in' | 'out';
  text: string;
}

export class Tape {
  /** By socket, in order. */
  readonly sockets: Told[][] = [];
  /** The socket opened last. */
  latest: WebSocket | undefined;

  /** A `WebSocket` class whose sockets are kept on this tape. */
  readonly socketClass = ((tape: Tape) =>
    class extends WebSocket {
      readonly #told: Told[] = [];

      constructor(url: string, protocols: string[]) {
        super(url, protocols, { perMessageDeflate: false });
        tape.sockets.push(this.#told);
        tape.latest = this;
        this.on('message', (data) => this.#told.push({ direction: 'in', text: String(data) }));
        this.on('error', () => {});
      }

      override send(data: string): void {
        this.#told.push({ direction: 'out', text: data });
        super.send(data);
      }
    })(this);

  /** Breaks the socket opened last, as a network does: without a close frame. */
  cut(): void {
    this.latest?.terminate();
  }

  get frames(): number {
    return this.sockets.flat().filter(({ direction }) => direction === 'in').length;
  }
}

interface Shown {
  group?: string;
  offset?: number;
  error?: unknown;
  events?: { entity: string; key: string; rev: number; data?: unknown }[];
  snapshot?: { entity: string; key: string; rev: number; data?: unknown }[];
}

/** What a member was shown and should not have been. */
export function leaksOn(tape: Tape, user: Identity, truth: Truth): string[] {
  const leaks: string[] = [];
  for (const socket of tape.sockets) {
    const asked = new Set<string>();
    for (const { direction, text } of socket) {
      const frame = JSON.parse(text) as { type?: string; group?: string; groups?: (Shown | string)[] };
      const groups = (frame.groups ?? []).map((one) => (typeof one === 'string' ? { group: one } : one));
      if (direction === 'out') {
        for (const { group = '' } of groups) asked.add(group);
        continue;
      }
      if (frame.group !== undefined) groups.push({ group: frame.group, offset: 0 });
      for (const { group = '', offset, events = [], snapshot = [] } of groups) {
        if (!asked.has(group)) leaks.push(`${group}, not asked for on this socket: ${text.slice(0, 300)}`);
        if (offset !== undefined && !maySee(user, group)) leaks.push(`${group}: ${text.slice(0, 300)}`);
        for (const one of [...events, ...snapshot]) {
          const why = truth.leak(group, one);
          if (why !== undefined)
            leaks.push(`${group} was shown ${why}: ${JSON.stringify(one).slice(0, 300)}`);
        }
      }
      if (text.includes('"hidden"')) leaks.push(`what is hidden: ${text.slice(0, 300)}`);
    }
  }
  return leaks;
}
