// @vitest-environment happy-dom
import { act, cleanup, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Principal } from '../../core/domain.ts';
import type { Hour, Order, Ticket } from '../../domains/kitchen/entities.ts';
import { beginOf } from '../../domains/kitchen/hours.ts';
import { setLanguage } from '../../web/kit/i18n.ts';
import { openPage } from './support.tsx';

const cook: Principal = { kind: 'user', sub: 'cook', roles: ['cook'], units: ['location:centre'] };

function openKitchen(path: string, items: readonly [entity: string, key: string, data: object][]) {
  const group = `kitchen/${path.split('?')[0]}`;
  const page = openPage({ me: cook, address: `#/kitchen/${path}` });
  act(() => {
    for (const [entity, key, data] of items) page.client.put(group, entity, key, data);
  });
  return page;
}

beforeEach(() => setLanguage('en'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('guests see the latest call first, and who waits by number', async () => {
  const ticket = (state: Ticket['state'], since: number): Ticket => ({ location: 'centre', state, since });
  const { container } = openKitchen('pickup/centre', [
    ['ticket', '7', ticket('ready', 1)],
    ['ticket', '5', ticket('ready', 2)],
    ['ticket', '12', ticket('preparing', 3)],
    ['ticket', '9', ticket('pending', 4)],
    ['ticket', '101', ticket('preparing', 2)],
  ]);
  await screen.findByText('Please collect');
  const numbers = (name: string) =>
    [...container.querySelectorAll(`[data-${name}]`)].map(({ textContent }) => textContent);
  expect(numbers('ready')).toEqual(['5', '7']);
  expect(numbers('preparing')).toEqual(['9', '12', '101']);
});

test('figures show the means of the stages to the second', async () => {
  const hour: Hour = {
    location: 'centre',
    at: beginOf(Date.now()),
    placed: 4,
    started: 2,
    pendingMs: 2 * 95_000,
    prepared: 1,
    preparingMs: 512_000,
    served: 0,
    readyMs: 0,
    cancelled: 0,
  };
  const { container } = openKitchen('analytics/centre', [['hour', String(hour.at), hour]]);
  await screen.findByRole('heading', { name: 'The last 24 hours' });
  const stages = [...container.querySelectorAll('[data-stage] dd')].map(({ textContent }) => textContent);
  expect(stages).toEqual(['1:35', '8:32', 'no order yet']);
});

test('a wall says how many orders stand below its edge', async () => {
  let report: (entries: Partial<IntersectionObserverEntry>[]) => void = () => {};
  const observe = vi.fn();
  class Watcher {
    constructor(callback: typeof report) {
      report = callback;
    }
    observe = observe;
    disconnect() {}
  }
  vi.stubGlobal('IntersectionObserver', Watcher);
  const order = (number: number): Order => ({
    location: 'centre',
    number,
    service: 'takeaway',
    rush: false,
    lines: [{ dish: 'Tea', quantity: 1, station: 'bar', modifiers: [], prepared: false }],
    state: 'pending',
    placedAt: number,
    changedAt: number,
    changedBy: 'Till',
  });
  const { container } = openKitchen(
    'location/centre',
    [1, 2, 3].map((number) => ['order', `o${number}`, order(number)]),
  );
  await screen.findByLabelText('Start: order 3');
  await waitFor(() => expect(observe).toHaveBeenCalled());
  const seen = (index: number, isIntersecting: boolean, top: number) => ({
    target: container.querySelectorAll('.orders > li')[index] as Element,
    isIntersecting,
    boundingClientRect: { top } as DOMRectReadOnly,
  });
  act(() => report([seen(0, false, -400), seen(1, false, 900), seen(2, false, 900)]));
  await screen.findByText('↓ 2 more orders below');
  act(() => report([seen(1, true, 700)]));
  await screen.findByText('↓ 1 more order below');
  act(() => report([seen(2, true, 700)]));
  expect(screen.queryByText(/below/)).toBeNull();
});
