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

test('lengths of time read as such, and a change that was too long for its entry is no new record', async () => {
  const { client, container } = openPage({ address: `#/${group}` });
  const changes = [
    { entity: 'machine', key: 'loom-1', before: { idleAfterMs: 60_000 }, after: { idleAfterMs: 90_000 } },
    { entity: 'machine', key: 'loom-2' },
  ];
  act(() => client.put(group, 'entry', '1763638000001-a', entry(1, { command: 'change-machine', changes })));
  await screen.findByText('Idle after');
  const told = [...container.querySelectorAll('.trail-change')].map(({ textContent }) => textContent);
  expect(told).toEqual(['Machine loom-1Idle after1 min → 1 min 30 s', 'Machine loom-2']);
});

test('scrap is told in words: how many pieces of which shift, and why', async () => {
  const { client, container } = openPage({ address: `#/${group}` });
  const change = (at: number, before: object, after: object) => {
    const changes = [
      { entity: 'machine', key: 'loom-1', before: { scrap: before }, after: { scrap: after } },
    ];
    client.put(group, 'entry', `${at}-a`, entry(at, { command: 'report-scrap', changes }));
  };
  act(() => {
    change(1, { shift: 's1', counts: {} }, { shift: 's1', counts: { stain: 1200, new_reason: 2 } });
    change(2, { shift: 's1', counts: { stain: 4 } }, { shift: 's1', counts: { stain: 5 } });
    change(3, { shift: 's1', counts: { stain: 5 } }, { shift: 's2', counts: { weave_fault: 1 } });
  });
  await screen.findAllByText('Scrap');
  const told = () => [...container.querySelectorAll('dd')].map(({ textContent }) => textContent);
  expect(told()).toEqual([
    'Shift: s1\nStain: 5 → Shift: s2\nWeave fault: 1',
    'Stain: 4 → Stain: 5',
    'Shift: s1 → Shift: s1\nStain: 1,200\nnew_reason: 2',
  ]);
  await act(() => setLanguage('ru'));
  expect(told()).toEqual([
    'Смена: s1\nПятно: 5 → Смена: s2\nДефект ткани: 1',
    'Пятно: 4 → Пятно: 5',
    'Смена: s1 → Смена: s1\nПятно: 1\u00a0200\nnew_reason: 2',
  ]);
});

test('a request is told in the words of its screens, and only its last step', async () => {
  const trail = 'records/audit/1';
  const { client, container } = openPage({ address: `#/${trail}` });
  const first = { at: 1, by: 'Tomas', command: 'submit', state: 'submitted' };
  const last = { ...first, command: 'reject', state: 'rejected', reason: 'legal-hold', note: 'Harbour' };
  const before = {
    state: 'submitted',
    steps: [first],
    details: { kind: 'storage', subject: 'Files', keepUntil: 2031 },
  };
  const after = { ...before, state: 'rejected', steps: [first, last] };
  const changes = [{ entity: 'request', key: 's-1', before, after }];
  act(() => client.put(trail, 'entry', '1763638000001-a', entry(1, { command: 'reject', changes })));
  await screen.findByText('Request s-1');
  const told = () => container.querySelector('.trail-entry')?.textContent;
  expect(told()).toMatch(/StateSubmitted → Rejected/);
  expect(told()).toMatch(/Tomas: Reject, Legal hold, Harbour/);
  expect(told()).toMatch(/DetailsKind: Storage, Contents: Files, Keep until: 2031/);
  await act(() => setLanguage('ru'));
  expect(told()).toMatch(/На согласовании → Отклонена/);
  expect(told()).toMatch(/Tomas: Отклонить, Запрет юристов, Harbour/);
  expect(told()).toMatch(/Вид: Хранение, Содержание: Files, Хранить до: 2031/);
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
