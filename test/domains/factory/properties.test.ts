import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { PulsecastError } from '../../../core/codes.ts';
import type { Principal, Pulse } from '../../../core/domain.ts';
import { factory } from '../../../domains/factory/index.ts';
import { seed } from '../../../domains/factory/seed.ts';
import type { MemoryTable } from '../../support/memory.ts';
import { admin, itemOf, machineOf, mill, minute, morning, shiftOf } from './mill.ts';

const pulse = fc.record({
  at: fc.integer({ min: morning - 60 * minute, max: morning + 60 * minute }),
  count: fc.integer({ min: 1, max: 20 }),
});

/** One attempt of a device: how far back it begins, how much it sends, what becomes of it. */
const attempt = fc.record({
  device: fc.integer({ min: 0, max: 2 }),
  back: fc.nat(8),
  length: fc.integer({ min: 1, max: 12 }),
  fate: fc.constantFrom('answered', 'answer lost', 'request lost', 'restarted'),
});

class FlakyDevice {
  readonly name: string;
  readonly machineId: string;
  readonly pulses: readonly Pulse[];
  /** Index of the first pulse that is not known to be taken. */
  #taken = 0;
  constructor(name: string, machineId: string, pulses: readonly Pulse[]) {
    this.name = name;
    this.machineId = machineId;
    this.pulses = pulses;
  }
  get done(): boolean {
    return this.#taken >= this.pulses.length;
  }
  send(
    table: MemoryTable,
    { back, length, fate }: { back: number; length: number; fate: string },
    now: number,
  ) {
    // After a restart it knows no longer where it was, and begins at the beginning.
    if (fate === 'restarted') this.#taken = 0;
    const from = Math.max(0, this.#taken - back);
    const pulses = this.pulses.slice(from, from + length);
    if (fate === 'request lost' || pulses.length === 0) return;
    const answer = table.pulses(this.name, { machineId: this.machineId, firstSeq: from + 1, pulses }, now);
    if (fate !== 'answer lost') this.#taken = Math.max(this.#taken, answer.nextSeq - 1);
  }
}

const sum = (pulses: readonly Pulse[]) => pulses.reduce((total, { count }) => total + count, 0);

describe('exactly once', () => {
  test('counter and produced equal the sum of the pulses, whatever is split, repeated, lost or restarted', () => {
    const list = fc.array(pulse, { maxLength: 40 });
    fc.assert(
      fc.property(list, list, list, fc.array(attempt, { maxLength: 40 }), (one, two, three, attempts) => {
        const table = mill();
        const devices = [
          new FlakyDevice('a', 'loom-1', one),
          new FlakyDevice('b', 'loom-1', two),
          new FlakyDevice('a', 'loom-2', three),
        ];
        let now = morning;
        for (const { device, ...way } of attempts) {
          now += 1000;
          devices[device]?.send(table, way, now);
        }
        for (const device of devices) {
          while (!device.done) {
            now += 1000;
            device.send(table, { back: 3, length: 7, fate: 'answered' }, now);
          }
        }
        expect(machineOf(table, 'loom-1').counter).toBe(sum(one) + sum(two));
        expect(machineOf(table, 'loom-2').counter).toBe(sum(three));
        const within = [...one, ...two, ...three].filter(({ at }) => at >= morning);
        expect(shiftOf(table, 'north')?.produced).toBe(sum(within));
        const counts = ['loom-1', 'loom-2'].map((key) => machineOf(table, key).shiftCount);
        expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(sum(within));
        expect(shiftOf(table, 'south')?.produced).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('a hole is refused with the number that is next, and counts nothing', () => {
    const table = mill();
    const send = (firstSeq: number) =>
      table.pulses('a', { machineId: 'loom-1', firstSeq, pulses: [{ at: morning, count: 1 }] }, morning);
    send(1);
    expect(() => send(3)).toThrow(PulsecastError);
    expect(machineOf(table, 'loom-1').counter).toBe(1);
    expect(send(1)).toEqual({ accepted: 0, duplicates: 1, nextSeq: 2 });
  });

  test('pulses of the shift before are not counted into the next', () => {
    const table = mill();
    const send = (firstSeq: number, at: number, now: number) =>
      table.pulses('a', { machineId: 'loom-1', firstSeq, pulses: [{ at, count: 1 }] }, now);
    send(1, morning + 1, morning + 1);
    table.command(admin, 'end-shift', { line: 'north' }, morning + minute);
    send(2, morning + minute, morning + minute);
    const next = { line: 'north', title: 'Next', lead: 'X', hours: 8, target: 10 };
    table.command(admin, 'start-shift', next, morning + 2 * minute);
    send(3, morning + minute, morning + 3 * minute);
    expect(shiftOf(table, 'north')?.produced).toBe(0);
    send(4, morning + 3 * minute, morning + 3 * minute);
    expect(shiftOf(table, 'north')?.produced).toBe(1);
    expect(machineOf(table, 'loom-1')).toMatchObject({ counter: 4, shiftCount: 1 });
  });

  test('the devices remembered with a machine are bounded, the one heard last stays', () => {
    const table = mill();
    const send = (device: string, firstSeq: number) =>
      table.pulses(device, { machineId: 'loom-1', firstSeq, pulses: [{ at: morning, count: 1 }] }, morning);
    for (let number = 0; number < 30; number += 1) {
      send(`device-${number}`, 1);
      if (number > 0) send('device-0', number + 1);
    }
    expect(itemOf(table, 'machine', 'loom-1')?.hidden.seq).toHaveLength(20);
    expect(send('device-0', 30)).toMatchObject({ duplicates: 1 });
    expect(send('device-29', 1)).toMatchObject({ duplicates: 1 });
  });

  test('a machine that nobody added is not found', () => {
    const batch = { machineId: 'loom-99', firstSeq: 1, pulses: [{ at: morning, count: 1 }] };
    expect(() => mill().pulses('a', batch, morning)).toThrow('no such machine');
  });
});

test('a sweep at the same moment changes nothing more', () => {
  const moments = fc.array(fc.record({ pulse, machine: fc.integer({ min: 1, max: 3 }) }), { maxLength: 20 });
  fc.assert(
    fc.property(moments, fc.integer({ min: 0, max: 60 * minute }), (given, later) => {
      const table = mill();
      given.forEach(({ pulse: { at, count }, machine }, index) => {
        const batch = { machineId: `loom-${machine}`, firstSeq: 1, pulses: [{ at, count }] };
        table.pulses(`d${index}`, batch, morning + index * 1000);
      });
      table.sweep(morning + later);
      expect(table.sweep(morning + later)).toBe(0);
    }),
    { numRuns: 100 },
  );
});

describe('access', () => {
  const unit = fc.constantFrom(
    'line:south',
    'line:nort',
    'line:north2',
    'site:mill2',
    'line:',
    'north',
    'mill',
  );
  const stranger = fc.record<Principal>({
    kind: fc.constantFrom('user', 'anonymous', 'device'),
    sub: fc.string(),
    roles: fc.subarray(['operator', 'shift-lead', 'security', 'gate', 'cook', 'north']),
    units: fc.uniqueArray(unit),
  });
  const examples = seed.filter(({ input }) => input.line === 'north' || 'site' in input);

  test('nobody without the unit may run a command, whatever the role', () => {
    const others = [
      { command: 'set-machine-status', input: { line: 'north', machine: 'loom-1', status: 'maintenance' } },
      { command: 'end-shift', input: { line: 'north' } },
      { command: 'set-target', input: { line: 'north', target: 1 } },
      { command: 'clock-out', input: { line: 'north', employee: 'petrov' } },
      { command: 'move-employee', input: { line: 'north', employee: 'petrov', to: 'south' } },
      { command: 'move-employee', input: { line: 'south', employee: 'okafor', to: 'north' } },
      { command: 'acknowledge-security', input: { site: 'mill', event: 'seed-1' } },
      {
        command: 'report-scrap',
        input: { line: 'north', machine: 'loom-1', quantity: 1, reason: 'stain' },
      },
      {
        command: 'correct-scrap',
        input: { line: 'north', machine: 'loom-1', quantity: 1, was: 0, reason: 'stain' },
      },
      { command: 'qualify-downtime', input: { line: 'north', downtime: 'loom-1.1', reason: 'other' } },
      { command: 'acknowledge-andon', input: { line: 'north', call: 'loom-5.material' } },
      { command: 'resolve-andon', input: { line: 'north', call: 'loom-5.material' } },
      { command: 'cancel-andon', input: { line: 'north', call: 'loom-5.material' } },
    ];
    const all = [...examples, ...others];
    expect(new Set(all.map(({ command }) => command))).toEqual(new Set(Object.keys(factory.commands)));
    fc.assert(
      fc.property(stranger, fc.constantFrom(...all), (principal, { command, input }) => {
        const definition = factory.commands[command];
        if (definition === undefined) throw new Error(command);
        expect(definition.allow(principal, v.parse(definition.input, input), undefined)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('nobody without the unit may join the line or the site', () => {
    fc.assert(
      fc.property(stranger, (principal) => {
        expect(factory.groups.line?.join(principal, { line: 'north' })).toBe(false);
        expect(factory.groups.site?.join(principal, { site: 'mill' })).toBe(false);
      }),
    );
  });
});
