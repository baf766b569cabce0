// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClientState } from '../../web/client/types.ts';
import { setLanguage } from '../../web/kit/i18n.ts';
import { machine, north, openPage, visitor } from './support.tsx';

beforeEach(() => setLanguage('en'));
afterEach(cleanup);

const indicator = (container: Element) => container.querySelector('.indicator') as HTMLElement;

describe('the connection indicator', () => {
  const cases: [ClientState, string, string][] = [
    ['connected', 'Live', 'tone-good'],
    ['reconnecting', 'Reconnecting', 'tone-waiting'],
    ['disconnected', 'Offline', 'tone-quiet'],
    ['error', 'Refused', 'tone-bad'],
    ['failed', 'Polling', 'tone-busy'],
  ];
  for (const [state, word, tone] of cases) {
    test(`shows ${state} as icon, word, colour and since when`, () => {
      const { client, container } = openPage({ address: '#/' });
      act(() => client.enter(state, { since: new Date(2026, 10, 20, 14, 3).getTime() }));
      const element = indicator(container);
      expect(element.textContent).toBe(word);
      expect(element.className).toContain(tone);
      expect(element.querySelector('svg')).not.toBeNull();
      expect(element.title).toContain('14:03');
    });
  }

  test('offers to try at once while there is no connection', async () => {
    const { client, container } = openPage({ address: '#/' });
    act(() => client.enter('failed', { retryAt: Date.now() + 9000 }));
    // A visit that is still under way would close the menu.
    await screen.findByRole('heading', { level: 1 });
    fireEvent.click(indicator(container));
    fireEvent.click(await screen.findByText('Try now'));
    expect(client.reconnects).toBe(1);
  });

  test('speaks Russian when the language changes', async () => {
    const { client, container } = openPage({ address: '#/' });
    act(() => client.enter('connected'));
    fireEvent.click(screen.getByLabelText('РУ: Русский'));
    await screen.findByText('На связи');
    expect(indicator(container).textContent).toBe('На связи');
    expect(document.documentElement.lang).toBe('ru');
  });
});

describe('a group', () => {
  test('that is refused is explained, and a stranger is asked to sign in', async () => {
    const { client, signIns } = openPage({ me: visitor });
    act(() => client.setStatus(north, 'refused', { error: { code: 'forbidden', message: 'No.' } }));
    await screen.findByRole('heading', { name: 'You may not see this' });
    const [button] = screen.getAllByText('Sign in').slice(-1);
    fireEvent.click(button as HTMLElement);
    expect(signIns).toHaveLength(1);
  });

  test('that went stale keeps its data and says of when it is', async () => {
    const { client, container } = openPage();
    act(() => client.put(north, 'machine', 'loom-1', machine('Loom 1')));
    await screen.findByText('Loom 1');
    const updatedAt = Date.now() - 125_000;
    act(() => client.setStatus(north, 'stale', { updatedAt }));
    expect((await screen.findByText(/Changes since then are missing/)).textContent).toContain('2 min ago');
    expect(container.querySelector('[data-machine="loom-1"]')).not.toBeNull();
    act(() => client.setStatus(north, 'live'));
    expect(screen.queryByText(/Changes since then are missing/)).toBeNull();
  });

  test('is released when nobody looks at it any more', async () => {
    const { client, unmount } = openPage();
    act(() => client.put(north, 'machine', 'loom-1', machine('Loom 1')));
    await screen.findByText('Loom 1');
    expect(client.holders(north)).toBeGreaterThan(0);
    unmount();
    expect(client.holders(north)).toBe(0);
  });

  test('that does not exist is named as such', async () => {
    const { client } = openPage({ address: '#/nowhere/at/all' });
    act(() =>
      client.setStatus('nowhere/at/all', 'refused', { error: { code: 'unknown_group', message: '' } }),
    );
    await screen.findByRole('heading', { name: 'There is no such page' });
  });
});

describe('what is told', () => {
  test('an announcement stands above the screen until its time is over', async () => {
    const { client } = openPage();
    const said = { text: 'Fire drill <b>', by: 'Ann', at: Date.now(), until: Date.now() + 60_000 };
    act(() => {
      client.put(north, 'machine', 'loom-1', machine('Loom 1'));
      client.put(north, 'announcement', 'announcement', said);
    });
    await screen.findByText('Fire drill <b>');
    act(() => client.put(north, 'announcement', 'announcement', { ...said, until: Date.now() - 5000 }));
    expect(screen.queryByText('Fire drill <b>')).toBeNull();
  });

  test('a notice is counted, shown in the reader\u2019s language, read and cleared', async () => {
    const calls: unknown[] = [];
    const { client } = openPage({
      command: async (...call) => {
        calls.push(call);
        return {};
      },
    });
    const tray = 'notifications/shift-lead';
    const notice = (at: number, more: object = {}) => ({
      domain: 'factory',
      notice: 'down',
      severity: 'critical',
      text: {
        en: `Loom ${at} is down`,
        ru: `\u0421\u0442\u0430\u043d\u043e\u043a ${at} \u0441\u0442\u043e\u0438\u0442`,
      },
      at,
      group: north,
      ...more,
    });
    await screen.findByLabelText('Notifications');
    act(() => {
      client.put(tray, 'notice', '1-a', notice(1));
      client.put(tray, 'notice', '2-b', notice(2));
      client.put(tray, 'notice', '3-c', notice(3, { readAt: 4 }));
    });
    fireEvent.click(await screen.findByLabelText('2 unread notifications'));
    const texts = () => screen.getAllByText(/Loom \d is down/).map(({ textContent }) => textContent);
    expect(texts()).toEqual(['Loom 3 is down', 'Loom 2 is down', 'Loom 1 is down']);
    fireEvent.click(screen.getByText('Mark all as read'));
    await act(async () => {});
    fireEvent.click(screen.getByText('Clear all'));
    await act(async () => {});
    expect(calls).toEqual([
      ['notifications', 'read', { keys: ['2-b', '1-a'] }],
      ['notifications', 'clear', { keys: ['3-c', '2-b', '1-a'] }],
    ]);
  });
});

describe('kiosk mode', () => {
  test('has no head, and shows the indicator only when something is wrong', () => {
    const { client, container } = openPage({ address: `#/${north}?kiosk=1` });
    act(() => client.enter('connected'));
    expect(container.querySelector('.header')).toBeNull();
    expect(indicator(container)).toBeNull();
    act(() => client.enter('failed'));
    expect(indicator(container).textContent).toBe('Polling');
    expect(document.documentElement.classList.contains('kiosk')).toBe(true);
  });
});
