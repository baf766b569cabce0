// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, within } from '@testing-library/preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import '../../domains/factory/view/detail/machine.tsx';
import '../../domains/factory/view/detail/shift.tsx';
import { setLanguage } from '../../web/kit/i18n.ts';
import { CallError } from '../../web/kit/platform.ts';
import type { FakeClient } from './fake-client.ts';
import { lead, machine, north, openPage, operator, shift, visitor } from './support.tsx';

beforeEach(() => setLanguage('en'));
afterEach(cleanup);

const tile = (container: Element, key: string) =>
  container.querySelector(`[data-machine="${key}"]`) as HTMLElement;

describe('machine tiles', () => {
  test('an update of one machine touches its own tile and nothing else', async () => {
    const { client, container } = openPage();
    act(() => {
      client.put(north, 'line', 'north', { site: 'mill', title: 'North', machines: ['loom-1', 'loom-2'] });
      client.put(north, 'machine', 'loom-1', machine('Loom 1'));
      client.put(north, 'machine', 'loom-2', machine('Loom 2'));
    });
    await screen.findByText('Loom 2');
    // What is loaded later comes into the page before it is watched.
    await screen.findByText('Shifts before', undefined, { timeout: 10_000 });
    const touched: Node[] = [];
    const observer = new MutationObserver((records) => {
      for (const record of records) touched.push(record.target);
    });
    observer.observe(container, { subtree: true, childList: true, characterData: true, attributes: true });
    act(() => client.put(north, 'machine', 'loom-2', machine('Loom 2', { counter: 4711 })));
    await new Promise((resolve) => setTimeout(resolve));
    for (const record of observer.takeRecords()) touched.push(record.target);
    observer.disconnect();
    const own = tile(container, 'loom-2');
    expect(within(own).getByText('4,711')).toBeTruthy();
    // Texts that tick with the clock may change anywhere within this moment.
    const elsewhere = touched.filter((node) => !own.contains(node) && node.parentElement?.tagName !== 'TIME');
    expect(touched.length).toBeGreaterThan(0);
    expect(elsewhere).toEqual([]);
  });

  test('machines stand in natural order, and one that is removed goes', async () => {
    const { client, container } = openPage();
    act(() => {
      for (const key of ['loom-11', 'loom-2', 'loom-1']) client.put(north, 'machine', key, machine(key));
    });
    await screen.findByText('loom-11');
    const shown = () =>
      [...container.querySelectorAll('[data-machine]')].map((node) => node.getAttribute('data-machine'));
    expect(shown()).toEqual(['loom-1', 'loom-2', 'loom-11']);
    act(() => client.put(north, 'machine', 'loom-2', undefined));
    expect(shown()).toEqual(['loom-1', 'loom-11']);
  });

  test('a running machine that has been silent for too long is marked by the clock', async () => {
    const { client, container } = openPage();
    const lastPulseAt = Date.now() - 180_000;
    act(() => {
      client.put(north, 'machine', 'loom-1', machine('Loom 1', { lastPulseAt }));
      client.put(north, 'machine', 'loom-2', machine('Loom 2', { lastPulseAt, status: 'idle' }));
    });
    await screen.findByText('Loom 1');
    expect(within(tile(container, 'loom-1')).getByText(/No pulse for 3 min/)).toBeTruthy();
    expect(within(tile(container, 'loom-2')).queryByText(/No pulse for/)).toBeNull();
  });

  test('a text of a device is shown as text, never as HTML', async () => {
    const { client, container } = openPage();
    act(() => client.put(north, 'machine', 'loom-1', machine('<img src=x onerror=alert(1)>')));
    await screen.findByText('<img src=x onerror=alert(1)>');
    expect(container.querySelector('main img')).toBeNull();
  });
});

describe('commands', () => {
  test('a refused status change says why and what the state is now, beside its button', async () => {
    const asked: object[] = [];
    const { client } = openPage({
      me: operator,
      command: async (domain, command, input) => {
        asked.push({ domain, command, input });
        throw new CallError('conflict', 'The status has changed meanwhile.', [], {
          data: machine('Loom 1', { status: 'down', reason: 'thread_break' }),
        });
      },
    });
    const held = machine('Loom 1');
    act(() => client.put(north, 'machine', 'loom-1', held));
    fireEvent.click(await screen.findByText('Loom 1'));
    const dialog = await screen.findByRole('dialog');
    fireEvent.click(await within(dialog).findByLabelText('Maintenance'));
    fireEvent.submit(within(dialog).getByText('Save status').closest('form') as HTMLFormElement);
    const alert = await within(dialog).findByRole('alert');
    expect(alert.textContent).toContain('This was not done');
    expect(alert.textContent).toContain('Now: Down, Thread break');
    expect(alert.closest('form')).toBe(within(dialog).getByText('Save status').closest('form'));
    expect(asked).toEqual([
      {
        domain: 'factory',
        command: 'set-machine-status',
        input: { line: 'north', machine: 'loom-1', status: 'maintenance', statusSince: held.statusSince },
      },
    ]);
  });

  test('no answer is told apart from a refusal, and in Russian', async () => {
    await setLanguage('ru');
    const { client } = openPage({
      command: async () => {
        throw new CallError('network', 'No answer.');
      },
    });
    act(() =>
      client.put(north, 'employee', 'eva', {
        line: 'north',
        name: 'Eva',
        role: 'operator',
        badge: 'E1',
        onFloor: false,
        workedMs: 0,
      }),
    );
    fireEvent.click(await screen.findByText('Пришёл'));
    expect((await screen.findByRole('alert')).textContent).toContain('Сервер не отвечает');
  });

  test('what a person may not do is not offered', async () => {
    for (const [me, offered] of [
      [lead, true],
      [operator, false],
    ] as const) {
      const { client } = openPage({ me });
      act(() => client.put(north, 'shift', 'shift-1', shift()));
      await screen.findByText('Early shift');
      expect(screen.queryByText('End shift') !== null).toBe(offered);
      cleanup();
    }
    const { client } = openPage({ me: visitor });
    act(() => client.put(north, 'machine', 'loom-1', machine('Loom 1')));
    fireEvent.click(await screen.findByText('Loom 1'));
    expect(within(await screen.findByRole('dialog')).queryByText('Change status')).toBeNull();
  });
});

describe('the shift', () => {
  test('shows produced, target and the pace', async () => {
    const { client, container } = openPage();
    act(() => client.put(north, 'shift', 'shift-1', shift()));
    await screen.findByText('Early shift');
    expect(screen.getByRole('progressbar').getAttribute('aria-label')).toBe('Produced 400 of 1,000');
    expect(container.querySelector('.pace-ahead')?.textContent).toBe('−100');
    expect(screen.getByText('Behind')).toBeTruthy();
  });
});

describe('security', () => {
  const mill = 'factory/site/mill';
  const event = (change: object) => ({
    site: 'mill',
    kind: 'alarm',
    severity: 'critical',
    place: 'Gate 1',
    at: Date.now() - 60_000,
    ...change,
  });

  test('the gravest open event stands first, and is acknowledged with words', async () => {
    const asked: object[] = [];
    const { client, container } = openPage({
      address: `#/${mill}`,
      command: async (_domain, command, input) => asked.push({ command, input }),
    });
    act(() => {
      client.put(mill, 'security', 'a', event({ kind: 'door', severity: 'info', place: 'Door 7' }), 5);
      client.put(mill, 'security', 'b', event({}), 9);
    });
    await screen.findByText('Gate 1');
    expect(container.querySelector('.event')?.textContent).toContain('Gate 1');
    fireEvent.click(screen.getByLabelText('Acknowledge: Alarm: Gate 1'));
    const dialog = await screen.findByRole('dialog');
    fireEvent.input(within(dialog).getByLabelText('What was done (optional)'), {
      target: { value: 'Checked' },
    });
    fireEvent.submit(dialog.querySelector('form') as HTMLFormElement);
    await act(async () => {});
    expect(asked).toEqual([
      { command: 'acknowledge-security', input: { site: 'mill', event: 'b', rev: 9, answer: 'Checked' } },
    ]);
  });
});

describe('who is told', () => {
  const mill = 'factory/site/mill';
  const admin = { ...lead, sub: 'admin', roles: ['admin'], units: [] };
  const fill = (client: FakeClient) =>
    act(() => {
      client.put(mill, 'site', 'mill', { title: 'Mill', leads: ['maria'] });
      client.put(mill, 'line', 'north', { site: 'mill', title: 'North', machines: [] });
    });

  test('is shown to who oversees the site, and changed by admins only', async () => {
    const { client, container } = openPage({ address: `#/${mill}` });
    fill(client);
    await screen.findByRole('heading', { name: 'Who is told' });
    const row = (place: string) => container.querySelector(`[data-leads="${place}"]`)?.textContent;
    expect(row('site/mill')).toBe('Millmaria');
    expect(row('line/north')).toBe('NorthNobody is told.');
    expect(screen.queryByText('Change')).toBeNull();
  });

  test('is added to and taken from as the admin saw it; another list is a conflict, told beside the button', async () => {
    const asked: object[] = [];
    const { client } = openPage({
      address: `#/${mill}`,
      me: admin,
      command: async (_domain, command, input) => {
        asked.push({ command, input });
        if (asked.length < 3) return {};
        throw new CallError('conflict', 'Somebody else.', [], { data: { leads: ['olga'] } });
      },
    });
    fill(client);
    fireEvent.click(await screen.findByLabelText('Change who is told: Mill'));
    const dialog = await screen.findByRole('dialog');
    const field = within(dialog).getByLabelText('User name to add') as HTMLInputElement;
    const add = async (name: string) => {
      fireEvent.input(field, { target: { value: name } });
      fireEvent.submit(field.closest('form') as HTMLFormElement);
      await act(async () => {});
    };
    await add(' ivan ');
    act(() => client.put(mill, 'site', 'mill', { title: 'Mill', leads: ['maria', 'ivan'] }, 2));
    fireEvent.click(within(dialog).getByLabelText('Remove maria'));
    await act(async () => {});
    await add('x');
    expect(asked).toEqual([
      { command: 'set-leads', input: { of: 'site', site: 'mill', leads: ['maria', 'ivan'], was: ['maria'] } },
      { command: 'set-leads', input: { of: 'site', site: 'mill', leads: ['ivan'], was: ['maria', 'ivan'] } },
      {
        command: 'set-leads',
        input: { of: 'site', site: 'mill', leads: ['maria', 'ivan', 'x'], was: ['maria', 'ivan'] },
      },
    ]);
    expect((await within(dialog).findByRole('alert')).textContent).toContain('Now: olga');
  });
});
