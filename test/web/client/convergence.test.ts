import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClientFrame, GroupState, ServerFrame } from '../../../core/protocol.ts';
import { builds, clientOf, expectAtRest, explore, watch } from './at-rest.ts';
import type { FakeClock } from './fake-clock.ts';
import { settle } from './fake-clock.ts';
import type { FakeServer, FakeSocket } from './fake-server.ts';
import { north, setup, south } from './setup.ts';

const names = [north, south];

/** What is on its way: a push may be lost, repeated and overtaken; the steps of an answer only overtaken. */
interface Packet {
  losable: boolean;
  arrive: () => void;
}

/** A network between the client and the server that delivers what and when it is told. */
class Network {
  packets: Packet[] = [];
  readonly #server: FakeServer;

  constructor(server: FakeServer) {
    this.#server = server;
    server.onFrame = (socket, frame) => this.#send(() => this.#handle(socket, frame));
    server.deliver = (socket, frame) => this.#push(socket, frame, frame.type === 'events');
  }

  deliver(pick: number): void {
    const [packet] = this.packets.splice(pick % Math.max(this.packets.length, 1), 1);
    packet?.arrive();
  }

  lose(pick: number): void {
    const packet = this.packets[pick % Math.max(this.packets.length, 1)];
    if (packet?.losable) this.packets.splice(this.packets.indexOf(packet), 1);
  }

  repeat(pick: number): void {
    const packet = this.packets[pick % Math.max(this.packets.length, 1)];
    if (packet?.losable) this.packets.push(packet);
  }

  #send(arrive: () => void, losable = false): void {
    this.packets.push({ losable, arrive });
  }

  #push(socket: FakeSocket, frame: ServerFrame, losable: boolean): void {
    this.#send(() => socket.push(frame), losable);
  }

  /** Membership and position first; the table is read in a later step, as the real server does. */
  #handle(socket: FakeSocket, frame: ClientFrame): void {
    if (socket.state !== 'open') return;
    if (frame.action !== 'subscribe' && frame.action !== 'sync') {
      this.#server.answer(socket, frame);
      return;
    }
    const asked = frame.groups.map((wanted) => {
      const { group: name, after, more } = { more: undefined, ...wanted };
      if (frame.action === 'subscribe') socket.members.add(name);
      const group = this.#server.group(name);
      if (more !== undefined) return () => group.answer({ more });
      const found = group.position(after);
      return (): GroupState => ('snapshotAt' in found ? group.page(found.snapshotAt) : found);
    });
    this.#send(() => {
      const groups = asked.map((read) => read());
      const id = frame.id ?? '';
      if (frame.action === 'subscribe') this.#push(socket, { type: 'subscribed', id, groups }, false);
      else this.#push(socket, { type: 'synced', id, at: '', groups }, false);
    });
  }
}

const pick = fc.nat(1000);
const name = fc.constantFrom(...names);
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('write'), name, keys: fc.uniqueArray(key, { minLength: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove'), name, key }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('deliver'), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lose'), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat'), pick }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(1, 100, 300, 1000, 12_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(300_000, 6_500_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire'), name, keep: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('mode'), mode: fc.constantFrom('accept', 'refuse', 'hang') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('http'), http: fc.constantFrom('answer', 'down', 'hang') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('online'), online: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sleep'), ms: fc.constantFrom(1000, 100_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('again'), name }) },
) as fc.Arbitrary<Action>;

type Action =
  | { do: 'write'; name: string; keys: string[] }
  | { do: 'remove'; name: string; key: string }
  | { do: 'deliver' | 'lose' | 'repeat'; pick: number }
  | { do: 'wait' | 'sleep'; ms: number }
  | { do: 'drop' }
  | { do: 'expire'; name: string; keep: number }
  | { do: 'mode'; mode: FakeServer['mode'] }
  | { do: 'http'; http: FakeServer['http'] }
  | { do: 'online'; online: boolean }
  | { do: 'again'; name: string };

async function calm(clock: FakeClock, network: Network): Promise<void> {
  // Long enough for the longest backoff, the repair of a lost last push by the heartbeat, and a change of sockets.
  for (let step = 0; step < 90; step += 1) {
    await clock.advance(step < 40 ? 1000 : 10_000);
    while (network.packets.length > 0) {
      network.deliver(0);
      await settle();
    }
  }
}

test.each(builds)(
  '%s: whatever is lost, repeated, overtaken, expired or cut off: at rest each view is the table, and each rev only rose',
  async (build, runs) => {
    const { createClient } = await clientOf<typeof import('../../../web/client/index.ts')>(build, 'index');
    await explore(
      `convergence of ${build}`,
      runs,
      fc.asyncProperty(
        fc.array(action, { minLength: 10, maxLength: 80 }),
        fc.integer({ min: 1, max: 3 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (actions, pageSize, randoms) => {
          const random = () => randoms.next().value ?? 0;
          const { clock, server, page, client } = setup({ random }, undefined, createClient);
          const network = new Network(server);
          const fallen: string[] = [];
          const handles = new Map(names.map((each) => [each, watch(client.group(each), fallen)]));
          for (const each of names) server.group(each).pageSize = pageSize;
          let count = 0;
          for (const step of actions) {
            switch (step.do) {
              case 'write':
                count += 1;
                server.write(step.name, Object.fromEntries(step.keys.map((each) => [each, count])));
                break;
              case 'remove':
                if (server.group(step.name).table.has(step.key))
                  server.write(step.name, { [step.key]: undefined });
                break;
              case 'deliver':
                network.deliver(step.pick);
                break;
              case 'lose':
                network.lose(step.pick);
                break;
              case 'repeat':
                network.repeat(step.pick);
                break;
              case 'wait':
                await clock.advance(step.ms);
                break;
              case 'sleep':
                clock.sleep(step.ms);
                break;
              case 'drop':
                server.open.at(0)?.drop();
                break;
              case 'expire':
                server.group(step.name).expire(step.keep);
                break;
              case 'mode':
                server.mode = step.mode;
                break;
              case 'http':
                server.http = step.http;
                break;
              case 'online':
                page.setOnline(step.online);
                break;
              case 'again':
                handles.get(step.name)?.release();
                await clock.advance(0);
                handles.set(step.name, watch(client.group(step.name), fallen));
            }
            await clock.advance(1);
          }
          Object.assign(server, { mode: 'accept', http: 'answer' });
          if (!page.isOnline) page.setOnline(true);
          await calm(clock, network);
          expectAtRest([{ client, groups: handles, fallen }], { server, clock, sockets: 1 });
          expect(page.listeners.size).toBe(0);
        },
      ),
    );
  },
  120_000,
);
