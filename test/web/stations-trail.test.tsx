// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Slot } from '../../domains/stations/entities.ts';
import { formatTime, setLanguage } from '../../web/kit/i18n.ts';
import { openPage } from './support.tsx';

const group = 'stations/audit/city';
const at = 1_763_638_000_001;

beforeEach(() => setLanguage('en'));
afterEach(cleanup);

test('the trail of a network opens at its address, and slots and counts read as words', async () => {
  const { client, container } = openPage({ address: `#/${group}` });
  const slots: Slot[] = [
    { state: 'booked', battery: 'b-7', until: at },
    { state: 'broken', note: 'Door jams' },
  ];
  const counts = { available: 0, booked: 1, charging: 0, broken: 1, empty: 0 };
  const changes = [
    { entity: 'cabinet', key: 'market', before: { slots: '…' }, after: { slots } },
    { entity: 'station', key: 'market', before: { slots: 1 }, after: { slots: 2, counts } },
  ];
  const by = { sub: 'amara', name: 'Amara' };
  act(() => client.put(group, 'entry', `${at}-a`, { at, by, command: 'add-station', changes }));
  await screen.findByText('Batteries by state');
  const told = () => container.querySelector('.trail-entry')?.textContent;
  expect(told()).toContain(`Slots… → 1: Booked, b-7, ${formatTime(at)}\n2: Out of use, Door jams`);
  expect(told()).toContain('Slots1 → 2');
  expect(told()).toContain('empty → Available: 0\nBooked: 1\nCharging: 0\nEmpty: 0\nOut of use: 1');
  await act(() => setLanguage('ru'));
  expect(told()).toContain(`Ячейки… → 1: Забронирована, b-7, ${formatTime(at)}\n2: Не работает, Door jams`);
});
