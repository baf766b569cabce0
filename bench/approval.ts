/** Approval to frame: from the HTTP request of a unit's head to the frame at each of the unit's screens. */
import { apiOf } from '../bin/api.ts';
import { signIn } from '../bin/sign-in.ts';
import { printLatency } from './latency.ts';
import type { BenchOptions } from './options.ts';

const unit = '1';
const store = 'bench';

/** A unit with as many submitted requests; gives their numbers. */
async function addRequests(origin: string, count: number): Promise<string[]> {
  const admin = apiOf(origin, await signIn(origin, 'admin'));
  const clerk = apiOf(origin, await signIn(origin, 'unit1-clerk'));
  const act = (name: string, input: object, by = admin) =>
    by.call<{ result: { request: string } }>('POST', `commands/records/${name}`, input);
  await act('add-store', { store, title: 'Bench' });
  await act('add-unit', { store, unit, title: 'Bench' });
  const requests: string[] = [];
  for (let index = 1; index <= count; index += 1) {
    const crate = `bench-${index}`;
    await act('add-crate', { unit, crate, title: crate }, clerk);
    const details = { kind: 'storage', subject: `Papers ${index}`, keepUntil: 2035 };
    const { result } = await act('submit', { unit, details, crates: [crate], service: 'day' }, clerk);
    requests.push(result.request);
  }
  return requests;
}

export const approval = (options: BenchOptions): Promise<void> =>
  printLatency(
    {
      title: 'Approval to frame',
      name: 'approval to frame',
      aim: '100 ms is what the source system aims at',
      async watch(origin, events) {
        const requests = await addRequests(origin, events);
        const head = apiOf(origin, await signIn(origin, 'unit1-head'));
        const of = (event: number) => requests[event - 1] ?? '';
        return {
          token: await signIn(origin, 'unit1-clerk'),
          group: `records/unit/${unit}`,
          text: (event) => `"key":"${of(event)}"`,
          send: (event) => head.call('POST', 'commands/records/approve', { unit, request: of(event) }),
        };
      },
    },
    options,
  );
