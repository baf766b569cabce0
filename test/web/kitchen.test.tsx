// @vitest-environment happy-dom
import { type Signal, signal } from '@preact/signals';
import { act, cleanup, fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Principal } from '../../core/domain.ts';
import '../../domains/kitchen/view/card-menu.tsx';
import type { Order } from '../../domains/kitchen/entities.ts';
import { press } from '../../domains/kitchen/view/bump-bar.ts';
import { ru } from '../../domains/kitchen/view/texts.ru.ts';
import { en, t } from '../../domains/kitchen/view/texts.ts';
import { formatTimer } from '../../domains/kitchen/view/timer.tsx';
import { setLanguage } from '../../web/kit/i18n.ts';
import { CallError, type GroupEntry } from '../../web/kit/platform.ts';
import { type Options, openPage } from './support.tsx';

const group = 'kitchen/location/centre';
const cook: Principal = {
  kind: 'user',
  sub: 'cook',
  name: 'Luca',
  roles: ['cook'],
  units: ['location:centre'],
};

/** One time for all: an order that is written again keeps its place. */
const begun = Date.now();
/** The address of the page has been followed, and effects have run. */
const settle = () => act(() => new Promise<void>((resolve) => setTimeout(resolve, 60)));

const order = (number: number, change: Partial<Order> = {}): Order => ({
  location: 'centre',
  number,
  service: 'table',
  table: '4',
  rush: false,
  lines: [
    { dish: 'Burger', quantity: 2, station: 'grill', modifiers: ['no onions'], prepared: false },
    { dish: 'Fries', quantity: 1, station: 'fryer', modifiers: [], prepared: false },
  ],
  state: 'pending',
  placedAt: begun - 60_000 + number,
  changedAt: Date.now(),
  changedBy: 'Till',
  ...change,
});

function openBoard(orders: Record<string, Order>, query = '', more: Options = {}) {
  const page = openPage({ me: cook, address: `#/${group}${query}`, ...more });
  act(() => {
    for (const [key, data] of Object.entries(orders)) page.client.put(group, 'order', key, data);
  });
  return page;
}

const cards = (container: Element) =>
  [...container.querySelectorAll('[data-order]')].map((one) => one.getAttribute('data-order'));
const card = (container: Element, key: string) =>
  container.querySelector(`[data-order="${key}"]`) as HTMLElement;

beforeEach(() => setLanguage('en'));
afterEach(cleanup);

describe('a board', () => {
  test('shows its state and station, rush first, then the longest waiting', async () => {
    const orders = {
      late: order(3),
      early: order(1),
      rush: order(9, { rush: true }),
      cooking: order(2, { state: 'preparing' }),
      cold: order(4, {
        lines: [{ dish: 'Salad', quantity: 1, station: 'cold', modifiers: [], prepared: false }],
      }),
    };
    const { container } = openBoard(orders, '?display=pending&station=grill');
    await screen.findByLabelText('Start: order 1');
    expect(cards(container)).toEqual(['rush', 'early', 'late']);
    expect(container.querySelector('.orders')?.textContent).not.toContain('Fries');
  });

  test('an update repaints its own card and no other, among 300', async () => {
    const orders = Object.fromEntries(
      Array.from({ length: 300 }, (_, index) => [`o${index}`, order(index + 1)]),
    );
    const { client, container } = openBoard(orders, '?display=all');
    await screen.findByLabelText('Start: order 1');
    expect(cards(container)).toHaveLength(300);
    const touched: Node[] = [];
    const watcher = new MutationObserver((records) => touched.push(...records.map(({ target }) => target)));
    watcher.observe(container, { subtree: true, childList: true, characterData: true, attributes: true });
    act(() => client.put(group, 'order', 'o7', order(8, { note: 'Nut allergy' })));
    await new Promise((resolve) => setTimeout(resolve));
    touched.push(...watcher.takeRecords().map(({ target }) => target));
    watcher.disconnect();
    const own = card(container, 'o7');
    expect(within(own).getByText('Nut allergy')).toBeTruthy();
    const elsewhere = touched.filter((node) => !own.contains(node) && node.parentElement?.tagName !== 'TIME');
    expect(touched.length).toBeGreaterThan(0);
    expect(elsewhere).toEqual([]);
  });

  test('texts of an order are texts', async () => {
    const html = '<img src=x onerror=alert(1)>';
    const lines: Order['lines'] = [
      { dish: html, quantity: 1, station: 'bar', modifiers: [html], prepared: false },
    ];
    const { container } = openBoard({ a: order(1, { lines, guest: html, note: html }) });
    await screen.findByLabelText('Start: order 1');
    expect(container.querySelector('.order img')).toBeNull();
    expect(screen.getAllByText(html)).toHaveLength(4);
  });

  test('a timer past its threshold says so with a word', async () => {
    const { client } = openBoard({ a: order(1, { placedAt: Date.now() - 400_000 }) });
    await screen.findByText('Late');
    const limits = { warn: 300, late: 1000 };
    act(() =>
      client.put(group, 'location', 'centre', {
        title: 'Centre',
        thresholds: { pending: limits, preparing: limits, ready: limits },
      }),
    );
    await screen.findByText('Hurry');
  });
});

describe('bumping', () => {
  const asked: unknown[] = [];
  const command: Options['command'] = async (domain, name, input) => asked.push([domain, name, input]);
  beforeEach(() => {
    asked.length = 0;
  });

  test.each([
    ['pending', '', 'Start', 'start-order', {}],
    ['preparing', '', 'Done', 'bump-order', {}],
    ['ready', '', 'Hand out', 'serve-order', {}],
    ['pending', '?station=grill', 'Done', 'bump-station', { station: 'grill' }],
    ['pending', '?display=pending&station=grill', 'Start', 'start-order', {}],
    ['preparing', '?display=preparing&station=fryer', 'Done', 'bump-station', { station: 'fryer' }],
  ] as const)('one tap at a %s order on %j is %s', async (state, query, word, name, more) => {
    openBoard({ a: order(1, { state }) }, query, { command });
    fireEvent.click(await screen.findByLabelText(`${word}: order 1`));
    expect(asked).toEqual([['kitchen', name, { location: 'centre', order: 'a', ...more }]]);
  });

  test('the head of a station bumps its lines', async () => {
    openBoard({ a: order(1, { state: 'preparing' }) }, '', { command });
    fireEvent.click(await screen.findByLabelText('Fryer done: order 1'));
    expect(asked).toEqual([
      ['kitchen', 'bump-station', { location: 'centre', order: 'a', station: 'fryer' }],
    ]);
  });

  test('who comes second is told who was first and what it is now, though the card has gone', async () => {
    const { client } = openBoard({ a: order(1) }, '?display=pending', {
      command: async () => {
        throw new CallError('conflict', 'Order 1 is preparing.', [], {
          data: order(1, { state: 'preparing', changedBy: 'Amara' }),
        });
      },
    });
    fireEvent.click(await screen.findByLabelText('Start: order 1'));
    await screen.findByText('Order 1 is Preparing already: Amara.');
    act(() => client.put(group, 'order', 'a', order(1, { state: 'preparing' })));
    expect(screen.getByText('Order 1 is Preparing already: Amara.').closest('[role="alert"]')).toBeTruthy();
    fireEvent.click(screen.getByText('Close'));
    expect(screen.queryByText(/already/)).toBeNull();
  });

  test('keys bump in kiosk mode too, and not while somebody types', async () => {
    openBoard({ a: order(1), b: order(2), c: order(3, { state: 'ready' }) }, '?kiosk=1&display=pending', {
      command,
    });
    await screen.findByLabelText('Start: order 2');
    await settle();
    fireEvent.keyDown(document.body, { key: '2' });
    fireEvent.keyDown(document.body, { key: 'r' });
    await act(async () => {});
    expect(asked.map((one) => (one as unknown[]).slice(1))).toEqual([
      ['start-order', { location: 'centre', order: 'b' }],
      ['recall-order', { location: 'centre', order: 'c' }],
    ]);
    const field = document.createElement('input');
    document.body.append(field);
    fireEvent.keyDown(field, { key: '1' });
    field.remove();
    expect(asked).toHaveLength(2);
  });

  test('arrows choose a card, Enter bumps it and moves on to the next', () => {
    const chosen = signal<string | undefined>(undefined);
    const bumped: string[] = [];
    const bar = { keys: ['a', 'b', 'c'], chosen, bump: (key: string) => bumped.push(key), recall: () => {} };
    expect(press(bar, 'Enter')).toBe(false);
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) press(bar, key);
    expect([bumped, chosen.value]).toEqual([['b'], 'c']);
    press(bar, 'ArrowRight');
    expect(chosen.value).toBe('c');
    press(bar, 'ArrowLeft');
    press(bar, 'ArrowLeft');
    expect(chosen.value).toBe('a');
    expect(press(bar, '9')).toBe(false);
    expect(press(bar, 'x')).toBe(false);
  });

  test('what a cook may not do is not offered', async () => {
    openBoard({ a: order(1) });
    await settle();
    fireEvent.click(await screen.findByLabelText('More for order 1'));
    await screen.findByText('Rush this');
    expect(screen.queryByText('Cancel order')).toBeNull();
    expect(screen.queryByText('Timers')).toBeNull();
    cleanup();
    openBoard({ a: order(1) }, '', { me: { ...cook, roles: ['expo'] } });
    await settle();
    fireEvent.click(await screen.findByLabelText('More for order 1'));
    await screen.findByText('Cancel order');
    expect(screen.queryByText('New order')).toBeNull();
  });
});

describe('sound', () => {
  test('is remembered for each display, and goes along to one where nothing was chosen yet', async () => {
    localStorage.setItem(`pulsecast.sound #/${group} ready`, 'off');
    const show = (name: RegExp) => fireEvent.click(screen.getByRole('button', { name }));
    openBoard({ a: order(1) }, '?display=preparing');
    fireEvent.click(await screen.findByText('Sound off'));
    await screen.findByText('Tap for sound');
    show(/^Ready/);
    await screen.findByText('Sound off');
    show(/^Preparing/);
    await screen.findByText('Tap for sound');
    show(/^Grill$/);
    await settle();
    await screen.findByText('Tap for sound');
    const kept = Object.entries(localStorage).filter(([name]) => name.startsWith('pulsecast.sound'));
    expect(Object.fromEntries(kept)).toEqual({
      [`pulsecast.sound #/${group} preparing`]: 'on',
      [`pulsecast.sound #/${group} preparing grill`]: 'on',
      [`pulsecast.sound #/${group} ready`]: 'off',
    });
  });
});

describe('words', () => {
  test('places are named in the language of the reader', async () => {
    const { shell } = openBoard({ a: order(1) });
    (shell.platform.groups as Signal<readonly GroupEntry[]>).value = [
      {
        group: 'kitchen/pickup/centre',
        title: 'Pick-up · A',
        titles: { en: 'Pick-up · A', ru: 'Выдача · A' },
        domain: 'kitchen',
      },
      { group, title: 'A', domain: 'kitchen' },
    ];
    await screen.findByRole('link', { name: 'Pick-up · A' });
    await act(() => setLanguage('ru'));
    await screen.findByRole('link', { name: 'Выдача · A' });
    expect(document.title).toBe('A · Pulsecast');
    await screen.findByRole('link', { name: 'A' });
  });

  test('both languages have the same places, and a timer is short', () => {
    const places = (text: unknown) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();
    for (const [key, text] of Object.entries(en))
      expect([key, places(ru[key as keyof typeof ru])]).toEqual([key, places(text)]);
    expect([0, 7000, 67_000, 3_727_000, -5].map(formatTimer)).toEqual([
      '0:00',
      '0:07',
      '1:07',
      '1:02:07',
      '0:00',
    ]);
    expect(t('older', { count: 1 })).toBe('1 older order is not shown');
  });
});
