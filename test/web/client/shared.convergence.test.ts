import fc from 'fast-check';
import { test } from 'vitest';
import type { Client, GroupHandle } from '../../../web/client/index.ts';
import { builds, clientOf, expectAtRest, explore, watch } from './at-rest.ts';
import { type Disturbance, disturbances, disturber, name } from './disturbances.ts';
import { FakeBrowser, type FakeTab } from './fake-browser.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeServer } from './fake-server.ts';
import { north } from './setup.ts';

const people = ['ann', 'ben'];
const tab = fc.nat(9);

type Action =
  | Disturbance
  | { do: 'open'; who: string; names: string[] }
  | { do: 'close' | 'kill' | 'freeze' | 'thaw' | 'hide' | 'show'; tab: number }
  | { do: 'look' | 'leave'; tab: number; name: string };

const action = fc.oneof(
  ...disturbances,
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('open'),
      who: fc.constantFrom(...people),
      names: fc.uniqueArray(name, { minLength: 1 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('close', 'kill', 'hide', 'show'), tab }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('freeze', 'thaw'), tab }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('look', 'leave'), tab, name }) },
) as fc.Arbitrary<Action>;

/** A tab with what it looks at, and each `rev` in it that did not rise. */
class Visitor {
  readonly tab: FakeTab;
  readonly who: string;
  readonly groups = new Map<string, GroupHandle>();
  readonly fallen: string[] = [];

  constructor(browser: FakeBrowser, who: string, random: () => number) {
    this.who = who;
    const token = `e30.${Buffer.from(JSON.stringify({ sub: who })).toString('base64url')}.x`;
    this.tab = browser.open({ token: async () => token, random });
  }

  get client(): Client {
    return this.tab.client;
  }

  look(group: string): void {
    if (this.groups.has(group) || this.tab.life !== 'running') return;
    this.groups.set(group, watch(this.client.group(group), this.fallen));
  }

  leave(group: string): void {
    this.groups.get(group)?.release();
    this.groups.delete(group);
  }
}

test.each(builds)(
  '[TAB-3] %s: whatever tabs open, close, crash and freeze: at rest each shows the table, each rev only rose, and each person has one socket',
  async (build, runs) => {
    const { createClient } = await clientOf<typeof import('../../../web/client/shared.ts')>(build, 'shared');
    await explore(
      `shared convergence of ${build}`,
      runs,
      fc.asyncProperty(
        fc.array(action, { minLength: 10, maxLength: 60 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (actions, randoms) => {
          const clock = new FakeClock();
          const server = new FakeServer(clock);
          const browser = new FakeBrowser(clock, server, createClient);
          const random = () => randoms.next().value ?? 0;
          const visitors = [new Visitor(browser, 'ann', random)];
          visitors[0]?.look(north);
          const disturb = disturber(server, clock);
          const pick = (index: number) => visitors[index % visitors.length];
          for (const step of actions) {
            switch (step.do) {
              case 'open': {
                const visitor = new Visitor(browser, step.who, random);
                for (const group of step.names) visitor.look(group);
                visitors.push(visitor);
                break;
              }
              case 'close':
                if (pick(step.tab)?.tab.life === 'running') {
                  pick(step.tab)?.tab.client.close();
                  pick(step.tab)?.tab.kill();
                }
                break;
              case 'kill':
              case 'freeze':
              case 'thaw':
                pick(step.tab)?.tab[step.do]();
                break;
              case 'hide':
              case 'show': {
                const { page } = pick(step.tab)?.tab ?? {};
                pick(step.tab)?.tab.run(() => page?.setVisible(step.do === 'show'));
                break;
              }
              case 'look':
              case 'leave':
                pick(step.tab)?.[step.do](step.name);
                break;
              default:
                await disturb(step);
            }
            await clock.advance(1);
          }
          server.mode = 'accept';
          for (const { tab: each } of visitors) each.thaw();
          // Long enough for the longest backoff, a lock to be taken, and the heartbeat to repair a lost last push.
          for (let minute = 0; minute < 12; minute += 1) await clock.advance(60_000);
          const alive = visitors.filter(({ tab: each }) => each.life === 'running');
          const sockets = new Set(alive.map(({ who }) => who)).size;
          expectAtRest(alive, { server, clock, sockets });
        },
      ),
    );
  },
  120_000,
);
