import { describe, expect, test } from 'vitest';
import type { Alarm, Hand, Reservation } from '../../../domains/stations/entities.ts';
import { bookingMs } from '../../../domains/stations/slots.ts';
import {
  admin,
  bookingOf,
  cabinet,
  city,
  itemOf,
  manager,
  meterOf,
  minute,
  morning,
  other,
  refusalOf,
  rider,
  second,
  slotOf,
  slotsOf,
  stationOf,
  toldTo,
} from './city.ts';

const at = { station: 'central' };
const heartbeat = (table: ReturnType<typeof city>, now: number, station = 'central') => {
  const charges = slotsOf(table, station).map(() => null);
  table.command(admin, 'report', { station, charges }, now);
};

describe('booking', () => {
  test('takes the best charged battery, and tells code and place to the rider alone', () => {
    const table = city();
    const result = table.command(rider, 'book', at, morning) as { code: string };
    expect(result).toEqual({
      slot: 1,
      battery: 'b-1001',
      code: expect.stringMatching(/^\d{6}$/),
      expiresAt: morning + bookingMs,
    });
    expect(slotOf(table, 1)).toEqual({ state: 'booked', battery: 'b-1001', until: morning + bookingMs });
    expect(bookingOf(table)).toMatchObject({ state: 'open', code: result.code, slot: 1 });
    expect(stationOf(table)?.counts).toEqual({ available: 7, booked: 1, charging: 4, broken: 0, empty: 4 });
    const open = table.items().filter(({ entity }) => entity !== 'booking');
    expect(JSON.stringify(open.map(({ data }) => data))).not.toContain(`"${result.code}"`);
    expect(JSON.stringify(table.trail)).not.toContain(result.code);
    expect(JSON.stringify(slotsOf(table))).not.toContain('rider');
    expect(itemOf<Reservation>(table, 'reservation', 'rider')).toMatchObject({
      rider: 'rider by name',
      slot: 1,
      state: 'open',
    });
    expect(toldTo(table, 'rider')).toEqual(['booking_confirmed', 'booking_ready']);
  });

  test('a battery that still charges is told to be ready once it is, once', () => {
    const table = city();
    table.command(admin, 'set-broken', { ...at, slot: 1 }, morning);
    for (const slot of [2, 3, 4]) table.command(admin, 'set-broken', { ...at, slot }, morning);
    expect(table.command(rider, 'book', at, morning)).toMatchObject({ slot: 5 });
    expect(toldTo(table, 'rider')).toEqual(['booking_confirmed']);
    const charges = slotsOf(table).map((_slot, index) => (index === 4 ? 91 : null));
    table.command(cabinet, 'report', { ...at, charges }, morning + second);
    table.command(cabinet, 'report', { ...at, charges }, morning + 2 * second);
    expect(toldTo(table, 'rider')).toEqual(['booking_confirmed', 'booking_ready']);
    expect(slotOf(table, 5)?.state).toBe('booked');
  });

  test('a battery is booked once; those who come when none is left are told so', () => {
    const table = city();
    const riders = Array.from({ length: 20 }, (_, index) => ({ ...rider, sub: `r${index}` }));
    const answers = riders.map((who) => refusalOf(() => table.command(who, 'book', at, morning)));
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(8);
    for (const answer of answers.slice(8)) {
      expect(answer).toMatchObject({
        code: 'conflict',
        message: 'No battery is available here any longer.',
        details: { current: { entity: 'station', key: 'central' } },
      });
    }
    const booked = riders.slice(0, 8).map(({ sub }) => bookingOf(table, sub)?.battery);
    expect(new Set(booked).size).toBe(8);
    expect(itemOf<Alarm>(table, 'alarm', 'central.empty-cabinet')).toMatchObject({ raisedAt: morning });
    expect(toldTo(table, 'station-manager')).toContain('empty-cabinet');
  });

  test('one open booking a rider, wherever it is', () => {
    const table = city();
    table.command(rider, 'book', at, morning);
    for (const station of ['central', 'market']) {
      expect(refusalOf(() => table.command(rider, 'book', { station }, morning))).toMatchObject({
        code: 'conflict',
        details: { current: { entity: 'booking' } },
      });
    }
    expect(table.command(other, 'book', at, morning)).toMatchObject({ slot: 2 });
  });

  test('not at a station that is offline, even before the sweep has said so', () => {
    const table = city();
    const late = morning + 3 * minute;
    for (const [station, now] of [
      ['airport', morning],
      ['central', late],
    ] as const) {
      expect(refusalOf(() => table.command(rider, 'book', { station }, now))).toMatchObject({
        code: 'conflict',
        message: 'This station is offline.',
      });
    }
    expect(stationOf(table)?.status).toBe('online');
  });

  test('is given up, and the battery is free again', () => {
    const table = city();
    table.command(rider, 'book', at, morning);
    expect(refusalOf(() => table.command(other, 'cancel-booking', at, morning))).toMatchObject({
      code: 'conflict',
    });
    table.command(rider, 'cancel-booking', at, morning + second);
    expect(slotOf(table, 1)).toEqual({ state: 'available', battery: 'b-1001' });
    expect(bookingOf(table)).toMatchObject({ state: 'cancelled', closedAt: morning + second });
    expect(table.command(rider, 'book', { station: 'market' }, morning + minute)).toMatchObject({ slot: 1 });
    const history = table.items().filter(({ entity }) => entity === 'booking');
    expect(history.map(({ data }) => (data as { state: string }).state).sort()).toEqual([
      'cancelled',
      'open',
    ]);
  });
});

describe('expiry', () => {
  test('by the sweep: slot free, booking expired for rider and desk, the rider told once', () => {
    const table = city();
    table.command(rider, 'book', at, morning);
    heartbeat(table, morning + bookingMs - second);
    table.sweep(morning + bookingMs - 1);
    expect(bookingOf(table)?.state).toBe('open');
    const over = morning + bookingMs;
    table.sweep(over);
    table.sweep(over + minute);
    expect(slotOf(table, 1)).toEqual({ state: 'available', battery: 'b-1001' });
    expect(bookingOf(table)).toMatchObject({ state: 'expired', closedAt: over });
    expect(itemOf(table, 'reservation', 'rider')).toMatchObject({ state: 'expired' });
    expect(toldTo(table, 'rider').filter((name) => name === 'booking_expired')).toHaveLength(1);
  });

  test('by the clock in every rule: over is over before the sweep ran', () => {
    const table = city();
    table.command(rider, 'book', at, morning);
    const over = morning + bookingMs;
    heartbeat(table, over - second);
    expect(refusalOf(() => table.command(rider, 'collect', at, over))).toMatchObject({ code: 'conflict' });
    const code = bookingOf(table)?.code;
    expect(refusalOf(() => table.command(cabinet, 'hand-out', { ...at, code }, over))).toMatchObject({
      code: 'conflict',
    });
    expect(table.command(other, 'book', at, over)).toMatchObject({ slot: 1 });
    expect(bookingOf(table)?.state).toBe('expired');
    expect(bookingOf(table, 'other')?.state).toBe('open');
    table.sweep(over);
    expect(slotOf(table, 1)).toMatchObject({ state: 'booked', until: over + bookingMs });
  });

  test.each(['central', 'market'])('a rider whose booking ran out books again at %s', (station) => {
    const table = city();
    table.command(rider, 'book', at, morning);
    const over = morning + bookingMs;
    heartbeat(table, over - second, station);
    table.command(rider, 'book', { station }, over);
    expect(bookingOf(table)).toMatchObject({ state: 'open', station });
    table.sweep(over);
    expect(bookingOf(table)).toMatchObject({ state: 'open', station });
    expect(slotsOf(table, 'central').filter(({ state }) => state === 'booked')).toHaveLength(
      station === 'central' ? 1 : 0,
    );
  });
});

describe('a swap', () => {
  test('booked to gone; the next time the empty battery comes back', () => {
    const table = city();
    table.command(rider, 'book', at, morning);
    expect(table.command(rider, 'collect', at, morning + minute)).toEqual({ slot: 1, battery: 'b-1001' });
    expect(slotOf(table, 1)).toEqual({ state: 'empty' });
    expect(meterOf(table)?.charges[0]).toBe(0);
    expect(bookingOf(table)?.state).toBe('collected');
    expect(itemOf(table, 'hand', 'rider')).toEqual({ batteries: ['b-1001'] });
    expect(refusalOf(() => table.command(rider, 'collect', at, morning + minute))).toMatchObject({
      code: 'conflict',
    });

    table.command(rider, 'book', at, morning + 2 * minute);
    const answer = table.command(rider, 'collect', { ...at, returned: 'b-1001' }, morning + 2 * minute);
    expect(answer).toEqual({ slot: 2, battery: 'b-1002', returnedTo: 1 });
    expect(slotOf(table, 1)).toEqual({ state: 'charging', battery: 'b-1001' });
    expect(itemOf(table, 'hand', 'rider')).toEqual({ batteries: ['b-1002'] });
  });

  test('into a full cabinet the empty one goes where the full one was', () => {
    const table = city();
    table.command(rider, 'book', at, morning);
    table.command(rider, 'collect', at, morning);
    table.command(rider, 'book', { station: 'harbour' }, morning);
    expect(
      table.command(rider, 'collect', { station: 'harbour', returned: 'b-1001' }, morning),
    ).toMatchObject({ slot: 1, returnedTo: 1 });
  });

  test('by the code at the cabinet, which knows the codes of its own slots only', () => {
    const table = city();
    const { code } = table.command(rider, 'book', at, morning) as { code: string };
    const wrong = code === '000000' ? '000001' : '000000';
    expect(
      refusalOf(() => table.command(cabinet, 'hand-out', { ...at, code: wrong }, morning)),
    ).toMatchObject({
      code: 'conflict',
    });
    expect(
      refusalOf(() => table.command(admin, 'hand-out', { station: 'market', code }, morning)),
    ).toMatchObject({ code: 'conflict' });
    expect(table.command(cabinet, 'hand-out', { ...at, code }, morning)).toMatchObject({ battery: 'b-1001' });
    expect(itemOf<Hand>(table, 'hand', 'rider')?.batteries).toEqual(['b-1001']);
  });

  test('nobody returns what they do not have, or takes a third battery', () => {
    const table = city();
    table.command(rider, 'book', at, morning);
    const named = { ...at, returned: 'b-1003' };
    expect(refusalOf(() => table.command(rider, 'collect', named, morning))).toMatchObject({
      code: 'invalid_input',
    });
    for (let turn = 0; turn < 3; turn += 1) {
      if (turn > 0) table.command(rider, 'book', at, morning);
      const refusal = refusalOf(() => table.command(rider, 'collect', at, morning));
      expect(refusal?.code).toBe(turn < 2 ? undefined : 'conflict');
    }
  });

  test('a walk-in takes the best one, and brings back what a walk-in took', () => {
    const table = city();
    const first = table.command(cabinet, 'swap', at, morning);
    expect(first).toEqual({ slot: 1, battery: 'b-1001', charge: 98 });
    const returned = { battery: 'b-1001', charge: 20 };
    expect(table.command(cabinet, 'swap', { ...at, returned }, morning)).toMatchObject({
      slot: 2,
      returnedTo: 1,
    });
    expect(refusalOf(() => table.command(cabinet, 'swap', { ...at, returned }, morning))).toMatchObject({
      code: 'invalid_input',
    });
  });
});

test('a booked battery that breaks: the booking is withdrawn and its rider told', () => {
  const table = city();
  table.command(rider, 'book', at, morning);
  table.command(manager, 'set-broken', { ...at, slot: 1, note: 'Burnt' }, morning + second);
  expect(slotOf(table, 1)).toEqual({ state: 'broken', battery: 'b-1001', note: 'Burnt' });
  expect(bookingOf(table)?.state).toBe('withdrawn');
  expect(toldTo(table, 'rider')).toContain('booking_withdrawn');
  expect(table.command(rider, 'book', at, morning + minute)).toMatchObject({ slot: 2 });
});
