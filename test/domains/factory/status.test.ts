import { describe, expect, test } from 'vitest';
import { machineStatuses } from '../../../domains/factory/codes.ts';
import type { MachineStatus } from '../../../domains/factory/entities.ts';
import { byHand } from '../../../domains/factory/status.ts';
import type { MemoryTable } from '../../support/memory.ts';
import { itemOf, machineOf, mill, minute, morning, operator, refusalOf, second } from './mill.ts';

let seq = 1;
const pulse = (table: MemoryTable, at: number, now: number) =>
  table.pulses(`device-${seq++}`, { machineId: 'loom-1', firstSeq: 1, pulses: [{ at, count: 1 }] }, now);

const set = (table: MemoryTable, status: string, now: number, more: object = {}) =>
  table.command(
    operator,
    'set-machine-status',
    {
      line: 'north',
      machine: 'loom-1',
      status,
      ...(status === 'down' ? { reason: 'mechanical' } : {}),
      ...more,
    },
    now,
  );

/** A mill whose loom-1 has the status, and the time when it has. */
function inStatus(status: MachineStatus): { table: MemoryTable; now: number } {
  const table = mill();
  if (status === 'offline') return { table, now: morning + minute };
  pulse(table, morning, morning);
  if (status === 'idle') table.sweep(morning + 2 * minute);
  if (status === 'maintenance' || status === 'down') set(table, status, morning + minute);
  expect(machineOf(table, 'loom-1').status).toBe(status);
  return { table, now: morning + 2 * minute };
}

describe('by hand', () => {
  const targets = ['running', 'idle', 'down', 'maintenance', 'offline'];
  const triples = machineStatuses.flatMap((from) => targets.map((to) => ({ from, to })));
  test.each(triples)('a person sets $from to $to only as the table says', ({ from, to }) => {
    const { table, now } = inStatus(from);
    const refusal = refusalOf(() => set(table, to, now, to === 'down' ? { reason: 'quality' } : {}));
    if (to === 'running' || to === 'offline') expect(refusal).toMatchObject({ code: 'invalid_input' });
    else if (byHand[from].some((allowed) => allowed === to)) {
      expect(refusal).toBeUndefined();
      expect(machineOf(table, 'loom-1').status).toBe(to);
    } else {
      expect(refusal).toMatchObject({ code: 'conflict', details: { current: { key: 'loom-1' } } });
      expect(machineOf(table, 'loom-1').status).toBe(from);
    }
  });

  test('a reason for a downtime that the clock opened keeps its beginning', () => {
    const { table } = inStatus('running');
    table.sweep(morning + 6 * minute);
    expect(machineOf(table, 'loom-1')).toMatchObject({ status: 'down', reason: 'no_pulses' });
    set(table, 'down', morning + 8 * minute, { note: 'Ремень' });
    expect(machineOf(table, 'loom-1')).toMatchObject({
      status: 'down',
      reason: 'mechanical',
      note: 'Ремень',
      statusSince: morning + 5 * minute,
    });
  });

  test('a status that changed meanwhile is a conflict with the current state and nothing hidden', () => {
    const { table, now } = inStatus('running');
    const refusal = refusalOf(() => set(table, 'maintenance', now, { statusSince: morning - 1 }));
    expect(refusal).toMatchObject({
      code: 'conflict',
      details: { current: { data: { status: 'running' } } },
    });
    expect(JSON.stringify((refusal as { details: object }).details)).not.toContain('contactAt');
  });
});

describe('by pulses', () => {
  const outcomes = [
    { from: 'running', becomes: 'running' },
    { from: 'idle', becomes: 'running' },
    { from: 'down', becomes: 'running' },
    { from: 'offline', becomes: 'running' },
    { from: 'maintenance', becomes: 'maintenance' },
  ] as const;
  test.each(outcomes)('a fresh pulse makes $from $becomes, and counts', ({ from, becomes }) => {
    const { table, now } = inStatus(from);
    const before = machineOf(table, 'loom-1').counter;
    pulse(table, now, now);
    expect(machineOf(table, 'loom-1')).toMatchObject({ status: becomes, counter: before + 1 });
    if (becomes === 'running') expect(machineOf(table, 'loom-1').reason).toBeUndefined();
  });

  test('a late pulse counts, and brings back neither status nor rate', () => {
    const { table } = inStatus('running');
    const now = morning + 20 * minute;
    table.sweep(now);
    expect(machineOf(table, 'loom-1')).toMatchObject({ status: 'offline', rate: 0 });
    pulse(table, morning + 2 * minute, now);
    expect(machineOf(table, 'loom-1')).toMatchObject({ status: 'offline', rate: 0, counter: 2 });
    expect(machineOf(table, 'loom-1').lastPulseAt).toBe(morning + 2 * minute);
  });

  test('a pulse from before a person set the status does not overrule the person', () => {
    const { table, now } = inStatus('running');
    set(table, 'down', now);
    pulse(table, now - second, now + second);
    expect(machineOf(table, 'loom-1').status).toBe('down');
    pulse(table, now + second, now + 2 * second);
    expect(machineOf(table, 'loom-1').status).toBe('running');
  });

  test('a device whose clock runs ahead moves nothing into the future', () => {
    const { table } = inStatus('offline');
    pulse(table, morning + 60 * minute, morning + minute);
    expect(machineOf(table, 'loom-1')).toMatchObject({ status: 'running', lastPulseAt: morning + minute });
  });
});

describe('by the clock', () => {
  const silences = [
    { ms: 59 * second, status: 'running', since: 0 },
    { ms: minute, status: 'idle', since: minute },
    { ms: 5 * minute - 1, status: 'idle', since: minute },
    { ms: 5 * minute, status: 'down', since: 5 * minute, reason: 'no_pulses' },
    { ms: 15 * minute - 1, status: 'down', since: 5 * minute, reason: 'no_pulses' },
    { ms: 15 * minute, status: 'offline', since: 15 * minute },
    { ms: 900 * minute, status: 'offline', since: 15 * minute },
  ];
  test.each(silences)('silence of $ms ms is $status', ({ ms, status, since, reason }) => {
    const { table } = inStatus('running');
    table.sweep(morning + ms);
    const machine = machineOf(table, 'loom-1');
    expect(machine).toMatchObject({ status, statusSince: morning + since });
    expect(machine.reason).toBe(reason);
  });

  test.each(['maintenance', 'down'] as const)('what a person said (%s) outlasts silence', (status) => {
    const { table } = inStatus(status);
    table.sweep(morning + 60 * minute);
    expect(machineOf(table, 'loom-1').status).toBe(status);
  });

  test('a machine put back to work is given the whole time again', () => {
    const { table } = inStatus('maintenance');
    set(table, 'idle', morning + 60 * minute);
    table.sweep(morning + 61 * minute);
    expect(machineOf(table, 'loom-1').status).toBe('idle');
    table.sweep(morning + 65 * minute);
    expect(machineOf(table, 'loom-1').status).toBe('down');
  });

  test('rate and sparkline of a silent machine fall to zero, and then nothing is written any more', () => {
    const { table } = inStatus('running');
    for (let passed = 1; passed <= 16; passed += 1) table.sweep(morning + passed * minute);
    const { rate, spark } = machineOf(table, 'loom-1');
    expect(rate).toBe(0);
    expect(spark.every((count) => count === 0)).toBe(true);
    const { rev } = itemOf(table, 'machine', 'loom-1') ?? {};
    expect(table.sweep(morning + 30 * minute)).toBe(0);
    expect(itemOf(table, 'machine', 'loom-1')?.rev).toBe(rev);
  });
});
