import { describe, expect, test } from 'vitest';
import { groupEvents } from '../../core/changes.ts';
import { intervalOf, latestPaidAt, waitFor } from '../../core/limits.ts';
import { presence as presenceDomain } from '../../core/platform.ts';
import { arrivalOf, departureOf, graceMs, isPresent, type PresenceRow } from '../../core/presence.ts';

const now = 1_763_638_000_000;
const row = (connections: string[], more: Partial<PresenceRow> = {}): PresenceRow => ({
  rev: 5,
  data: { name: 'Ann', since: now - 60_000 },
  ...(connections.length === 0 ? {} : { connections: new Set(connections) }),
  expiresAt: now / 1000 + 3600,
  ...more,
});
const left = (ago: number) => row([], { data: { name: 'Ann', since: now - 60_000, leftAt: now - ago } });
const until = now + 3_600_000;

describe('presence', () => {
  test('[PRES-4] who left is shown for the grace, and not after it', () => {
    expect(isPresent({}, now)).toBe(true);
    expect(isPresent({ leftAt: now - graceMs + 1 }, now)).toBe(true);
    expect(isPresent({ leftAt: now - graceMs }, now)).toBe(false);
  });

  test('[PRES-4] who comes back within the grace never left; later it is another visit', () => {
    expect(arrivalOf(left(graceMs - 1), 'a', until, now)).toEqual({ kind: 'first', since: now - 60_000 });
    expect(arrivalOf(left(graceMs), 'a', until, now)).toEqual({ kind: 'first', since: now });
    expect(arrivalOf(undefined, 'a', until, now)).toEqual({ kind: 'first', since: now });
  });

  test('[PRES-2] a known connection changes nothing, unless it lives longer now', () => {
    expect(arrivalOf(row(['a']), 'a', until, now)).toEqual({ kind: 'nothing' });
    expect(arrivalOf(row(['a']), 'a', until + 1, now)).toEqual({ kind: 'another' });
    expect(arrivalOf(row(['a']), 'b', until, now)).toEqual({ kind: 'another' });
  });

  test('[PRES-2] only the last connection to go is the leaving, and an unknown one is none', () => {
    expect(departureOf(row(['a']), 'a')).toBe('last');
    expect(departureOf(row(['a', 'b']), 'a')).toBe('another');
    expect(departureOf(row(['b']), 'a')).toBe('nothing');
    expect(departureOf(row([]), 'a')).toBe('nothing');
    expect(departureOf(undefined, 'a')).toBe('nothing');
  });

  test('[PRES-2] a write that leaves rev as it is is no event; others are, in the group that they name', () => {
    const group = 'factory/line/north';
    const item = (rev: number) => ({
      entity: 'presence',
      partition: group,
      key: 'ann',
      rev,
      data: { name: 'Ann', since: now },
      hidden: {},
    });
    expect(groupEvents(presenceDomain, [{ before: item(5), after: item(5) }]).size).toBe(0);
    expect([...groupEvents(presenceDomain, [{ before: item(5), after: item(6) }]).keys()]).toEqual([group]);
  });
});

test('[RATE-1] a limit lets a burst through at once, then as many as its rate', () => {
  const limit = { perSecond: 10, burst: 5 };
  let paidAt = 0;
  let at = now;
  const take = () => {
    const wait = waitFor(limit, paidAt, at);
    if (wait === 0) paidAt = Math.max(paidAt, at) + intervalOf(limit);
    return wait;
  };
  expect(Array.from({ length: 7 }, take)).toEqual([0, 0, 0, 0, 0, 100, 100]);
  at += 250;
  expect([take(), take(), take()]).toEqual([0, 0, 50]);
  at += 60_000;
  expect(Array.from({ length: 6 }, take)).toEqual([0, 0, 0, 0, 0, 100]);
  expect(latestPaidAt(limit, at)).toBe(at + 400);
});
