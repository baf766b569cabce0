/** The tab that has the socket serves the others: it wants what they want, and tells them what it holds. */
import type { GroupModel } from './group-model.ts';
import type { Asked, Told } from './tabs.ts';
import type { Signal, Stop } from './types.ts';

/** A tab that has not asked for so many looks is gone, or sleeps and will ask. */
const patience = 5;

interface Follower {
  holds: Map<string, Stop>;
  tapped: boolean;
  patience: number;
}

export interface LeaderOptions {
  models: ReadonlyMap<string, GroupModel>;
  hold: (name: string) => Stop;
  tell: (told: Told) => void;
}

/** A model that is served, and how to let go of it. */
interface Served {
  /** Of its last publication; 0 before the server has answered: until then another tab may know more. */
  number: number;
  stop: Stop;
}

export class Leader {
  readonly #options: LeaderOptions;
  readonly #followers = new Map<string, Follower>();
  readonly #served = new Map<GroupModel, Served>();
  #last = 0;

  constructor(options: LeaderOptions) {
    this.#options = options;
  }

  get tapped(): boolean {
    return [...this.#followers.values()].some(({ tapped }) => tapped);
  }

  /** Follows the models that came and went. */
  attach(): void {
    const models = new Set(this.#options.models.values());
    for (const model of this.#served.keys()) if (!models.has(model)) this.#served.delete(model);
    for (const model of models) if (!this.#served.has(model)) this.#serve(model);
  }

  /**
   * Takes the wants of a tab, and answers with the groups that it is behind in. `known`: it has heard this leader before.
   * True when the tab knows more than this one, so that something was missed here.
   */
  ask({ from, wants, tapped }: Extract<Asked, { kind: 'ask' }>, known: boolean): boolean {
    const holds = this.#followers.get(from)?.holds ?? new Map<string, Stop>();
    const names = new Set(wants.map(({ group }) => group));
    for (const [name, release] of holds) {
      if (names.has(name)) continue;
      holds.delete(name);
      release();
    }
    for (const name of names) if (!holds.has(name)) holds.set(name, this.#options.hold(name));
    this.#followers.set(from, { holds, tapped, patience });
    this.attach();
    let missed = false;
    for (const { group, number: held, after } of wants) {
      const model = this.#options.models.get(group);
      const number = model && this.#served.get(model)?.number;
      // Before the server has answered, what is held here may be older than what the tab holds.
      if (!model || !number) continue;
      if (!known || number !== held)
        this.#options.tell({ kind: 'copy', copy: model.copy(), number, base: 0 });
      missed ||= (after ?? 0) > (model.offset ?? 0);
    }
    return missed;
  }

  bye(from: string): void {
    const { holds } = this.#followers.get(from) ?? {};
    this.#followers.delete(from);
    for (const release of holds?.values() ?? []) release();
  }

  /** Forgets tabs that have not asked for long. */
  look(): void {
    for (const [from, follower] of this.#followers) {
      follower.patience -= 1;
      if (follower.patience < 0) this.bye(from);
    }
  }

  end(): void {
    for (const { stop } of this.#served.values()) stop();
    for (const from of [...this.#followers.keys()]) this.bye(from);
  }

  #serve(model: GroupModel): void {
    const { name } = model;
    const signalled = (signal: Signal) => {
      if (this.#wanted(name)) this.#options.tell({ kind: 'signal', group: name, signal });
    };
    const served: Served = {
      number: 0,
      stop() {
        model.onPublish = undefined;
        model.signalListeners.delete(signalled);
      },
    };
    this.#served.set(model, served);
    model.signalListeners.add(signalled);
    model.onPublish = (changes) => {
      const base = served.number;
      if (base === 0 && model.status !== 'live' && model.status !== 'refused') return;
      this.#last += 1;
      served.number = this.#last;
      if (!this.#wanted(name)) return;
      const copy = base === 0 ? model.copy() : changes();
      this.#options.tell({ kind: 'copy', copy, number: served.number, base });
    };
  }

  #wanted(name: string): boolean {
    return [...this.#followers.values()].some(({ holds }) => holds.has(name));
  }
}
