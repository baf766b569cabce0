import { type LogEntry, nextOffset, recover } from '../../../core/log.ts';
import type { Event, GroupEvents, GroupState, SnapshotItem } from '../../../core/protocol.ts';

/** A group as a server keeps it: a table and a log, by the rules of core/log. */
export class ModelGroup {
  readonly name: string;
  readonly table = new Map<string, SnapshotItem>();
  /** Items a snapshot page holds. */
  pageSize = Number.POSITIVE_INFINITY;
  readonly #now: () => number;
  #entries: LogEntry[] = [];
  #last: number | undefined;

  constructor(name: string, now: () => number) {
    this.name = name;
    this.#now = now;
  }

  get last(): number | undefined {
    return this.#last;
  }

  /** Writes items in one entry; `undefined` removes. Gives what is pushed. */
  write(changes: Record<string, unknown>): GroupEvents {
    const events = Object.entries(changes).map(([key, data]): Event => {
      const rev = (this.table.get(key)?.rev ?? this.#now()) + 1;
      const item = { entity: 'machine', key, rev };
      if (data === undefined) this.table.delete(key);
      else this.table.set(key, { ...item, data });
      return data === undefined ? { ...item, op: 'remove' } : { ...item, op: 'put', data };
    });
    return this.append(events);
  }

  append(events: Event[]): GroupEvents {
    const offset = nextOffset(this.#last, this.#now());
    this.#last = offset;
    this.#entries.push({ offset, events, expiresAt: 0 });
    return { group: this.name, offset, events };
  }

  /** The log's entries expire, all or all but the newest. */
  expire(keep = 0): void {
    this.#entries = this.#entries.slice(this.#entries.length - keep);
    if (this.#entries.length === 0) this.#last = undefined;
  }

  /** The first step of an answer: the position, and what the log has. */
  position(after: number | undefined): GroupState | { snapshotAt: number } {
    if (this.#last === undefined) this.append([]);
    const last = this.#last ?? 0;
    const found =
      after === undefined
        ? { kind: 'snapshot' as const }
        : recover(
            after,
            this.#entries.filter((entry) => entry.offset > after),
            last,
          );
    if (found.kind === 'snapshot') return { snapshotAt: last };
    return {
      group: this.name,
      offset: last,
      recovered: true,
      events: found.kind === 'entries' ? found.events : [],
    };
  }

  /** The second step: a page of the table as it is now, after the item `from`. */
  page(offset: number, from = ''): GroupState {
    const rest = [...this.table.values()]
      .filter((item) => item.key > from)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const snapshot = rest.slice(0, this.pageSize);
    const more = rest.length > snapshot.length ? `${offset}/${snapshot.at(-1)?.key}` : undefined;
    return {
      group: this.name,
      offset,
      recovered: false,
      snapshot,
      ...(more === undefined ? {} : { more }),
    };
  }

  answer({ after, more }: { after?: number | undefined; more?: string | undefined }): GroupState {
    if (more !== undefined) {
      const [offset, from] = more.split('/');
      return this.page(Number(offset), from);
    }
    const state = this.position(after);
    return 'snapshotAt' in state ? this.page(state.snapshotAt) : state;
  }

  /** What a view has to show in the end. */
  expected(): Record<string, unknown> {
    return Object.fromEntries([...this.table].map(([key, item]) => [key, item.data]));
  }
}
