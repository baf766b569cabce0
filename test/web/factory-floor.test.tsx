// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Andon, Downtime } from '../../domains/factory/entities.ts';
import '../../domains/factory/view/detail/machine.tsx';
import { rankOf } from '../../domains/factory/view/detail/pareto.tsx';
import '../../domains/factory/view/detail/shift.tsx';
import { setLanguage } from '../../web/kit/i18n.ts';
import { CallError } from '../../web/kit/platform.ts';
import type { FakeClient } from './fake-client.ts';
import { lead, machine, north, openPage, operator, shift } from './support.tsx';

beforeEach(() => setLanguage('en'));
afterEach(cleanup);

const minute = 60_000;
const now = Date.now();
const call = (change: Partial<Andon> = {}): Andon => ({
  line: 'north',
  machine: 'loom-1',
  kind: 'mechanic',
  state: 'called',
  calledAt: now - 90_000,
  calledBy: 'Иван Петров',
  level: 1,
  ...change,
});
const downtime = (change: Partial<Downtime> = {}): Downtime => ({
  line: 'north',
  machine: 'loom-1',
  from: now - 60 * minute,
  until: now - 40 * minute,
  reason: 'no_pulses',
  ...change,
});

/** A line with a shift of four hours, and a machine that made 4000 pieces in it. */
function fill(client: FakeClient) {
  client.put(north, 'line', 'north', {
    site: 'mill',
    title: 'North',
    machines: ['loom-1'],
    shift: 'shift-1',
  });
  client.put(north, 'shift', 'shift-1', shift());
  const made = { shift: 'shift-1', shiftCount: 4000, idealRate: 25 };
  client.put(north, 'machine', 'loom-1', machine('Loom 1', made));
}

describe('calls', () => {
  test('say who is wanted where and who comes, the unanswered first', async () => {
    const { client, container } = openPage({ me: operator });
    act(() => {
      fill(client);
      client.put(
        north,
        'andon',
        'loom-1.help',
        call({ kind: 'help', state: 'acknowledged', acknowledgedBy: 'Ольга' }),
      );
      client.put(north, 'andon', 'loom-1.mechanic', call({ level: 2, note: '<b>Belt</b>' }));
      client.put(
        north,
        'andon',
        'loom-1.quality',
        call({ kind: 'quality', state: 'resolved', closedAt: now }),
      );
    });
    await screen.findByText('Ольга is on the way');
    const cards = [...container.querySelectorAll('.andon')];
    expect(cards.map((card) => card.getAttribute('data-call'))).toEqual(['loom-1.mechanic', 'loom-1.help']);
    expect(cards[0]?.textContent).toContain('the leads of the site were told');
    expect(cards[0]?.textContent).toContain('<b>Belt</b>');
    expect(cards[0]?.textContent).toContain('0:01:3');
  });

  test('a call that somebody else answered says who, beside the button', async () => {
    const { client } = openPage({
      me: operator,
      command: async () => {
        throw new CallError('conflict', 'This call is acknowledged.', [], {
          data: call({ state: 'acknowledged', acknowledgedBy: 'Ольга' }),
        });
      },
    });
    act(() => {
      fill(client);
      client.put(north, 'andon', 'loom-1.mechanic', call());
    });
    fireEvent.click(await screen.findByLabelText('I’m coming: Mechanic, Loom 1'));
    expect((await screen.findByRole('alert')).textContent).toContain('Now: Ольга is on the way');
  });

  test('of the machine are made with one tap, and not twice', async () => {
    const asked: object[] = [];
    const { client } = openPage({
      me: operator,
      command: async (_domain, command, input) => asked.push({ command, input }),
    });
    act(() => {
      fill(client);
      client.put(north, 'andon', 'loom-1.mechanic', call());
    });
    fireEvent.click(await screen.findByTitle('Details of Loom 1'));
    const dialog = await screen.findByRole('dialog');
    const mechanic = await within(dialog).findByRole('button', { name: /Mechanic/ });
    expect(mechanic.hasAttribute('disabled')).toBe(true);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Material' }));
    await act(async () => {});
    expect(asked).toEqual([
      { command: 'call-andon', input: { line: 'north', machine: 'loom-1', kind: 'material' } },
    ]);
  });
});

describe('the shift in detail', () => {
  function open(command?: (domain: string, command: string, input: object) => Promise<unknown>) {
    const page = openPage({ me: lead, ...(command === undefined ? {} : { command }) });
    act(() => {
      fill(page.client);
      page.client.put(north, 'downtime', 'loom-1.a', downtime(), 7);
      page.client.put(
        north,
        'downtime',
        'loom-1.b',
        downtime({ from: now - 30 * minute, until: now - 20 * minute, reason: 'changeover' }),
      );
    });
    return page;
  }

  test('OEE is the same on the line, the machine and the table', async () => {
    const { container } = open();
    await screen.findByText('Machines in this shift');
    // 240 min, 10 planned, 20 unplanned: 220 of 230 min, 4000 of 210 min x 25, no scrap.
    const shown = (within: string) => container.querySelector(within)?.textContent;
    expect(shown('.shift .oee-total')).toBe('70% OEE');
    expect(shown('.tile-oee')).toBe('OEE 70%');
    expect(shown('.oee-cell')).toBe('70%');
    const parts = [...container.querySelectorAll('.shift .oee-parts dd.figure')];
    expect(parts.map((node) => node.textContent)).toEqual(['91%', '76%', '100%']);
  });

  test('a downtime without a reason stands first, and gets one by a tap on it', async () => {
    const asked: object[] = [];
    const { container } = open(async (_domain, command, input) => asked.push({ command, input }));
    await screen.findByText('1 without a reason');
    expect(container.querySelector('.downtime')?.textContent).toContain('No pulses, reason not given');
    fireEvent.click(screen.getByLabelText(/^Give reason: Loom 1/));
    const dialog = await screen.findByRole('dialog');
    fireEvent.input(within(dialog).getByLabelText('Note (optional)'), { target: { value: 'Warp' } });
    fireEvent.click(within(dialog).getByRole('button', { name: 'Thread break' }));
    await act(async () => {});
    expect(asked).toEqual([
      {
        command: 'qualify-downtime',
        input: { line: 'north', downtime: 'loom-1.a', rev: 7, reason: 'thread_break', note: 'Warp' },
      },
    ]);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  test('a downtime that goes on gets its reason as a status, of the state that was seen', async () => {
    const asked: object[] = [];
    const { client } = open(async (_domain, command, input) => asked.push({ command, input }));
    const down = { status: 'down', reason: 'no_pulses', shift: 'shift-1' } as const;
    const since = { statusSince: now - 9 * minute, stopSince: now - 9 * minute };
    act(() => client.put(north, 'machine', 'loom-2', machine('Loom 2', { ...down, ...since })));
    fireEvent.click(await screen.findByLabelText(/^Give reason: Loom 2/));
    fireEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'No material' }));
    await act(async () => {});
    expect(asked).toEqual([
      {
        command: 'set-machine-status',
        input: {
          line: 'north',
          machine: 'loom-2',
          status: 'down',
          reason: 'no_material',
          statusSince: now - 9 * minute,
        },
      },
    ]);
  });

  test('a downtime of the shift before is not of this one', async () => {
    const { client, container } = open();
    const before = { from: now - 300 * minute, until: now - 241 * minute };
    act(() => client.put(north, 'downtime', 'loom-1.z', downtime(before)));
    await screen.findByText('1 without a reason');
    expect(container.querySelectorAll('.shift-detail .downtime')).toHaveLength(2);
  });

  test('the band leads to the downtime under the finger, or to the machine', async () => {
    const { container } = open();
    await screen.findByText('Timeline');
    const stretch = container.querySelector('.bands .stretch-down') as HTMLElement;
    expect(stretch.title).toContain('No pulses, reason not given');
    fireEvent.click(stretch);
    await screen.findByText('Why did it stand?');
    fireEvent.click(screen.getByLabelText('Close'));
    fireEvent.click(container.querySelector('.bands .stretch-running') as HTMLElement);
    await screen.findByText('Call to this machine');
  });

  test('counts in Russian as Russians do', async () => {
    const { client } = open();
    await screen.findByText('1 without a reason');
    await act(() => setLanguage('ru'));
    act(() => client.put(north, 'downtime', 'loom-1.c', downtime({ from: now - 15 * minute, until: now })));
    await screen.findByText('2 без причины');
    const band = document.querySelector('.bands .band');
    expect(band?.getAttribute('aria-label')).toContain('3 простоя');
  });
});

test('reasons are ranked by time or by count, with their share in sum', () => {
  const reasons = [
    { reason: 'mechanical', ms: 60, count: 1 },
    { reason: 'thread_break', ms: 30, count: 6 },
    { reason: 'other', ms: 10, count: 3 },
  ] as const;
  const ranked = (order: 'time' | 'count') =>
    rankOf(reasons, order).map(({ reason, part, sum }) => [reason, part, sum]);
  expect(ranked('time')).toEqual([
    ['mechanical', 1, 0.6],
    ['thread_break', 0.5, 0.9],
    ['other', 10 / 60, 1],
  ]);
  expect(ranked('count')).toEqual([
    ['thread_break', 1, 0.6],
    ['other', 0.5, 0.9],
    ['mechanical', 1 / 6, 1],
  ]);
  expect(rankOf([], 'time')).toEqual([]);
});

test('a report that late pulses have corrected says so', async () => {
  const { client } = openPage();
  const report = {
    ...shift({ title: 'Night', produced: 480 }),
    endedAt: now - minute,
    machines: [],
    reasons: [],
  };
  act(() => {
    fill(client);
    client.put(north, 'report', 'shift-0', report);
  });
  const row = await screen.findByRole('row', { name: /Night/ });
  expect(row.textContent).not.toContain('corrected');
  act(() => client.put(north, 'report', 'shift-0', { ...report, correctedAt: now, late: 80 }, 2));
  within(await screen.findByRole('row', { name: /Night/ })).getByText('corrected');
  fireEvent.click(screen.getByText('Night'));
  within(await screen.findByRole('dialog')).getByText(/80 pieces came late/);
});
