// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditEntry } from '../../core/audit.ts';
import { setLanguage } from '../../web/kit/i18n.ts';
import { CallError } from '../../web/kit/platform.ts';
import { hash, param } from '../../web/kit/route.ts';
import { openPage } from './support.tsx';

beforeEach(() => setLanguage('en'));
afterEach(cleanup);

const group = 'factory/audit';
const entry = (at: number, change: Partial<AuditEntry> = {}): AuditEntry => ({
  at,
  by: { sub: 'ann', name: 'Ann' },
  command: 'set-target',
  changes: [{ entity: 'shift', key: 's1', before: { target: 100 }, after: { target: 1200 } }],
  ...change,
});

test('the audit trail shows who did what, the newest first, and asks for what is older', async () => {
  const { client, shell, container } = openPage({ address: `#/${group}` });
  act(() => {
    client.put(group, 'entry', '1763638000001-a', entry(1_763_638_000_001));
    client.put(
      group,
      'entry',
      '1763638000002-b',
      entry(1_763_638_000_002, { by: { sub: 'bob', name: 'Bob <b>' }, command: 'end-shift', changes: [] }),
    );
  });
  await screen.findByText('Bob <b>');
  const list = () => [...container.querySelectorAll('.trail-who')].map(({ textContent }) => textContent);
  expect(list()).toEqual(['Bob <b>', 'Ann']);
  expect(screen.getByText('1,200').tagName).toBe('INS');

  const asked: unknown[] = [];
  let answer = async () => ({
    entries: [{ key: '1763638000000-z', data: entry(1, { command: 'add-line' }) }],
  });
  shell.platform.olderEntries = async (...call) => {
    asked.push(call);
    return answer();
  };
  const first = answer;
  answer = async () => {
    throw new CallError('network', 'gone');
  };
  fireEvent.click(screen.getByText('Show earlier entries'));
  expect((await screen.findByRole('alert')).textContent).toContain('No answer from the server');
  answer = first;
  fireEvent.click(screen.getByText('Show earlier entries'));
  await screen.findByText('Add a line');
  expect(asked.at(-1)).toEqual([group, '1763638000001-a']);
  expect(screen.getByText('This is the beginning of the trail.')).toBeTruthy();

  fireEvent.input(screen.getByRole('searchbox'), { target: { value: 'end-shift' } });
  expect(list()).toEqual(['Bob <b>']);
});

test('fields, records and coded values have their words in both languages; what has none stands as it is stored', async () => {
  const { client, container } = openPage({ address: `#/${group}` });
  const machine = {
    before: { status: 'idle', hasOwnProperty: 'x' },
    after: { status: 'down', reason: 'no_material' },
  };
  const change = {
    command: 'set-machine-status',
    changes: [{ entity: 'machine', key: 'loom-1', ...machine }],
  };
  act(() => client.put(group, 'entry', '1763638000001-a', entry(1_763_638_000_001, change)));
  await screen.findByText('Status');
  const told = () => container.querySelector('.trail-entry')?.textContent;
  expect(told()).toMatch(
    /Set status.*Machine loom-1.*StatusIdle → Down.*hasOwnPropertyx.*Reasonempty → No material/,
  );
  await act(() => setLanguage('ru'));
  expect(told()).toMatch(
    /Станок loom-1.*СостояниеПростаивает → Остановлен.*hasOwnPropertyx.*Причинапусто → Нет сырья/,
  );
});

test('a parameter of the address is read, set and taken away without a visit', () => {
  hash.value = '#/kitchen/location/centre?display=ready';
  const display = param('display');
  const station = param('station');
  expect([display.value, station.value]).toEqual(['ready', undefined]);
  station.value = 'grill & co';
  expect(hash.value).toBe('#/kitchen/location/centre?display=ready&station=grill+%26+co');
  expect(station.value).toBe('grill & co');
  display.value = undefined;
  station.value = undefined;
  expect(hash.value).toBe('#/kitchen/location/centre');
});
