// @vitest-environment happy-dom
import { act, cleanup, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditChange } from '../../core/audit.ts';
import type { Order } from '../../domains/kitchen/entities.ts';
import { beginOf } from '../../domains/kitchen/hours.ts';
import { usualThresholds } from '../../domains/kitchen/orders.ts';
import { formatDateTime, setLanguage } from '../../web/kit/i18n.ts';
import { openPage } from './support.tsx';

const group = 'kitchen/audit';
const at = 1_763_638_000_001;
let told: () => string;

async function show(command: string, ...changes: AuditChange[]) {
  const { client, container } = openPage({ address: `#/${group}` });
  const by = { sub: 'luca', name: 'Luca' };
  act(() => client.put(group, 'entry', `${at}-a`, { at, by, command, changes }));
  await screen.findByText('Luca');
  told = () => container.querySelector('.trail-entry')?.textContent ?? '';
}

beforeEach(() => setLanguage('en'));
afterEach(cleanup);

const lines = (prepared: boolean): Order['lines'] => [
  { dish: 'Burger', quantity: 2, station: 'grill', modifiers: ['no onions', 'rare'], prepared },
  { dish: 'Морс', quantity: 1, station: 'bar', modifiers: [], prepared: false },
];

test('a new order reads as its dishes, and what is done with it as the dishes that change', async () => {
  await show(
    'bump-station',
    {
      entity: 'order',
      key: 'o1',
      before: { state: 'pending', lines: lines(false) },
      after: { state: 'preparing', lines: lines(true), service: 'takeaway', rush: true },
    },
    { entity: 'order', key: 'o2', after: { number: 1234, lines: lines(false) } },
  );
  await screen.findByText('Bump a station');
  expect(told()).toContain(
    'Order o2 · createdNumber1234DishesGrill: 2 × Burger (no onions, rare)\nBar: 1 × Морс',
  );
  expect(told()).toContain('Order o1');
  expect(told()).toContain('StateNew → Preparing');
  expect(told()).toContain(
    'DishesGrill: 2 × Burger (no onions, rare) → Grill: 2 × Burger (no onions, rare), doneFor',
  );
  expect(told()).toContain('Forempty → Takeaway');
  expect(told()).toContain('Rushempty → yes');
  await act(() => setLanguage('ru'));
  expect(told()).toContain('Отметить цех готовым');
  expect(told()).toContain('СостояниеНовый → Готовится');
  expect(told()).toContain('→ Гриль: 2 × Burger (no onions, rare), готово');
  expect(told()).toContain('Кудапусто → С собой');
});

test('timers are said in minutes, and an hour in the lengths of time of its orders', async () => {
  const begin = beginOf(at);
  await show(
    'set-thresholds',
    {
      entity: 'location',
      key: 'centre',
      before: { thresholds: usualThresholds },
      after: { thresholds: { ...usualThresholds, pending: { warn: 90, late: 5400 } } },
    },
    { entity: 'hour', key: String(begin), before: { pendingMs: 95_000 }, after: { pendingMs: 3_725_000 } },
  );
  await screen.findByText('Set the timers');
  expect(told()).toContain('TimersNew: warns after 3 min, late after 6 min →');
  expect(told()).toContain('→ New: warns after 1 min 30 s, late after 1 h 30 min');
  expect(told()).toContain(`Hour ${formatDateTime(begin)}`);
  expect(told()).toContain('Waited to be started, in all1 min 35 s → 1 h 2 min 5 s');
  await act(() => setLanguage('ru'));
  expect(told()).toContain('→ Новый: предупреждает через 1 мин 30 с, опаздывает через 1 ч 30 мин');
  expect(told()).toContain(`Час ${formatDateTime(begin)}`);
  expect(told()).toContain('Ждали начала, всего1 мин 35 с → 1 ч 2 мин 5 с');
});

test('a value that was too long for its entry stays as it is told, and nothing stands as JSON', async () => {
  await show('place-order', {
    entity: 'order',
    key: 'o1',
    after: { lines: '…', thresholds: '…', unknown: { deep: [{ at, number: 4 }] } },
  });
  await screen.findByText('Place an order');
  expect(told()).toContain('Dishes…Timers…');
  expect(told()).toContain(`unknowndeep: Hour from: ${formatDateTime(at)}, Number: 4`);
  expect(told()).not.toMatch(/[{}[\]"]/);
});
