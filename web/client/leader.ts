/** The tab that has the socket serves the others: it wants what they want, and tells them what it holds. */
import type { GroupModel } from './group-model.ts';
import type { Asked, Told } from './tabs.ts';
import { createTimers } from './timers.ts';
import type { Clock, Stop } from './types.ts';

/** A tab that has not asked for so long, in ms, is gone, or sleeps and will ask. */
const goneAfter = 150_000;

interface Follower {
  holds: Map<string, Stop>;
  tapped: boolean;
}

export interface LeaderOptions {
  clock: Clock;
  models: ReadonlyMap<string, GroupModel>;
  hold: (name: string) => Stop;
  tell: (told: Omit<Told, 'term'>) => void;
}

export interface Leader {
  /** Whether a tab listens to frames. */
  tapped(): boolean;
  /** Takes the wants of a tab and answers; true when it knows more than this one, so that something was missed here. */
  ask(asked: Asked): boolean;
  published(model: GroupModel, whole: boolean): void;
  end(): void;
}

export function createLeader({ clock, models, hold, tell }: LeaderOptions): Leader {
  const timers = createTimers(clock);
  const followers = new Map<string, Follower>();
  /** Copies are numbered; a group without a number has had no answer of the server yet, and is not told of. */
  let last = 0;

  function ask({ from, wants, tapped }: Asked): boolean {
    const former = followers.get(from)?.holds ?? new Map<string, Stop>();
    const holds = new Map(wants.map(({ group }) => [group, former.get(group) ?? hold(group)]));
    for (const [name, release] of former) if (!holds.has(name)) release();
    followers.set(from, { holds, tapped });
    timers.set(from, goneAfter, () => ask({ from, wants: [], tapped: false }));
    let missed = false;
    for (const { group, told, after = 0 } of wants) {
      const model = models.get(group);
      if (model?.told === undefined) continue;
      if (model.told !== told) tell({ copy: model.copy() });
      missed ||= after > (model.offset ?? 0);
    }
    return missed;
  }

  return {
    tapped: () => [...followers.values()].some(({ tapped }) => tapped),
    ask,
    published(model, whole) {
      const base = model.told;
      if (base === undefined && model.status !== 'live' && model.status !== 'refused') return;
      last += 1;
      model.told = last;
      if ([...followers.values()].some(({ holds }) => holds.has(model.name)))
        tell({ copy: model.copy(whole ? undefined : base) });
    },
    end() {
      timers.end();
      for (const { holds } of followers.values()) for (const release of holds.values()) release();
    },
  };
}
