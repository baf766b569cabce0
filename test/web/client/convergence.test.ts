import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClientFrame, GroupState, ServerFrame } from '../../../core/protocol.ts';
import type { GroupHandle } from '../../../web/client/index.ts';
import { builds, clientOf, expectAtRest, explore, watch } from './at-rest.ts';
import { type Disturbance, disturbances, disturber, name, names } from './disturbances.ts';
import type { FakeClock } from './fake-clock.ts';
import { settle } from './fake-clock.ts';
import type { FakeServer, FakeSocket } from './fake-server.ts';
import { setup } from './setup.ts';

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
      const joined = socket.members.has(name);
      const group = this.#server.group(name);
      if (more !== undefined) return () => group.answer({ more });
      const found = group.position(after);
      return (): GroupState => {
        // A membership that got lost meanwhile is put back.
        if (joined) socket.members.add(name);
        return 'snapshotAt' in found ? group.page(found.snapshotAt) : found;
      };
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
const action = fc.oneof(
  ...disturbances,
  { weight: 12, arbitrary: fc.record({ do: fc.constant('deliver'), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('lose', 'repeat'), pick }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('http'), http: fc.constantFrom('answer', 'down', 'hang') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('online'), online: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('leave', 'look'), name }) },
) as fc.Arbitrary<Action>;

type Action =
  | Disturbance
  | { do: 'deliver' | 'lose' | 'repeat'; pick: number }
  | { do: 'http'; http: FakeServer['http'] }
  | { do: 'online'; online: boolean }
  | { do: 'leave' | 'look'; name: string };

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
          const handles = new Map<string, GroupHandle>();
          const look = (group: string) => {
            if (!handles.has(group)) handles.set(group, watch(client.group(group), fallen));
          };
          const leave = (group: string) => {
            handles.get(group)?.release();
            handles.delete(group);
          };
          for (const each of names) {
            look(each);
            server.group(each).pageSize = pageSize;
          }
          const disturb = disturber(server, clock);
          for (const step of actions) {
            switch (step.do) {
              case 'deliver':
              case 'lose':
              case 'repeat':
                network[step.do](step.pick);
                break;
              case 'http':
                server.http = step.http;
                break;
              case 'online':
                page.setOnline(step.online);
                break;
              case 'leave':
                leave(step.name);
                break;
              case 'look':
                look(step.name);
                break;
              default:
                await disturb(step);
            }
            await clock.advance(1);
          }
          Object.assign(server, { mode: 'accept', http: 'answer' });
          if (!page.isOnline) page.setOnline(true);
          await calm(clock, network);
          const [socket] = server.open;
          expect([...(socket?.members ?? [])].sort()).toEqual([...handles.keys()].sort());
          expectAtRest([{ client, groups: handles, fallen }], { server, clock, sockets: 1 });
          expect(page.listeners.size).toBe(0);
        },
      ),
    );
  },
  120_000,
);
