/** What befalls the tables, the server and the clock in the random tests. */
import fc from 'fast-check';
import type { FakeClock } from './fake-clock.ts';
import type { FakeServer } from './fake-server.ts';
import { north, south } from './setup.ts';

export const names = [north, south];

export type Disturbance =
  /** `lost`: nothing of it is pushed. */
  | { do: 'write' | 'lost'; name: string; keys: string[] }
  | { do: 'remove'; name: string; key: string }
  | { do: 'wait' | 'sleep'; ms: number }
  | { do: 'drop' }
  | { do: 'expire'; name: string; keep: number }
  | { do: 'mode'; mode: FakeServer['mode'] };

export const name = fc.constantFrom(...names);
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const keys = fc.uniqueArray(key, { minLength: 1 });
const wait = fc.constant('wait');

export const disturbances = [
  { weight: 8, arbitrary: fc.record({ do: fc.constantFrom('write', 'write', 'lost'), name, keys }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove'), name, key }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: wait, ms: fc.constantFrom(0, 1, 100, 300, 1000, 4000, 12_000, 30_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: wait, ms: fc.constantFrom(300_000, 6_500_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sleep'), ms: fc.constantFrom(1000, 100_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire'), name, keep: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('mode'), mode: fc.constantFrom('accept', 'refuse', 'hang') }),
  },
];

/** Gives what does a disturbance to a server and its clock. Each write is a value of its own. */
export function disturber(server: FakeServer, clock: FakeClock): (step: Disturbance) => Promise<void> {
  let count = 0;
  return async (step) => {
    switch (step.do) {
      case 'write':
      case 'lost': {
        count += 1;
        const group = server.group(step.name);
        const entry = group.write(Object.fromEntries(step.keys.map((each) => [each, count])));
        if (step.do === 'write') server.broadcast(entry);
        break;
      }
      case 'remove':
        if (server.group(step.name).table.has(step.key)) server.write(step.name, { [step.key]: undefined });
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
    }
  };
}
