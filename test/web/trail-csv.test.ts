import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuditChange, AuditEntry } from '../../core/audit.ts';
import { words as factory } from '../../domains/factory/view/trail-words.ts';
import { words as kitchen } from '../../domains/kitchen/view/trail-words.ts';
import { words as records } from '../../domains/records/view/trail-words.ts';
import { trailColumns, trailRows } from '../../web/kit/audit-csv.ts';
import { type TrailWords, wordingOf } from '../../web/kit/audit-words.ts';
import { csvOf } from '../../web/kit/csv.ts';
import { formatDateTime, setLanguage } from '../../web/kit/i18n.ts';

const at = Date.UTC(2026, 10, 20, 14, 30);
const done = '2026-11-20T14:30:00.000Z,Ann';

beforeEach(() => setLanguage('en'));
afterEach(() => setLanguage('en'));

/** The lines of the file that an entry makes. */
function linesOf(words: TrailWords | undefined, command: string, ...changes: AuditChange[]): string[] {
  const entry: AuditEntry = { at, by: { sub: 'ann', name: 'Ann' }, command, changes };
  const rows = trailRows(entry, wordingOf(words));
  for (const row of rows) expect(row).toHaveLength(trailColumns().length);
  return csvOf([], rows).split('\r\n').slice(1, -1);
}

test('a file has a row for each field that changed, in the words of the screen', async () => {
  const change: AuditChange = {
    entity: 'machine',
    key: 'loom-1',
    before: { status: 'idle', counter: 41 },
    after: { status: 'down', reason: 'no_material', counter: 1200.25, stopSince: at },
  };
  const lines = () => linesOf(factory, 'set-machine-status', change);
  expect(trailColumns().join()).toBe('Time,Who,Command,Record,Key,What happened,Field,Before,After');
  expect(lines()).toEqual([
    `${done},Set status,Machine,loom-1,changed,Status,Idle,Down`,
    `${done},Set status,Machine,loom-1,changed,Pieces in all,41,1200.25`,
    `${done},Set status,Machine,loom-1,changed,Reason,,No material`,
    `${done},Set status,Machine,loom-1,changed,Down since,,2026-11-20T14:30:00.000Z`,
  ]);
  await setLanguage('ru');
  expect(trailColumns().join()).toBe('Время,Кто,Команда,Запись,Ключ,Что произошло,Поле,Было,Стало');
  expect(lines()[0]).toMatch(/,Станок,loom-1,изменено,Состояние,Простаивает,Остановлен$/);
  expect(lines()[1]).toMatch(/,изменено,Штук всего,41,1200.25$/);
});

test('lengths of time are numbers with their unit, keys that are times are times', async () => {
  const change: AuditChange = { entity: 'hour', key: String(at), after: { pendingMs: 95_000, placed: 3 } };
  const lines = () => linesOf(kitchen, 'place-order', change);
  expect(lines()).toEqual([
    `${done},Place an order,Hour,2026-11-20T14:30:00.000Z,created,"Waited to be started, in all, ms",,95000`,
    `${done},Place an order,Hour,2026-11-20T14:30:00.000Z,created,Orders placed,,3`,
  ]);
  await setLanguage('ru');
  expect(lines()[0]).toContain('создано,"Ждали начала, всего, мс",,95000');
});

test('lists and tables read as on the screen: no JSON, and only the lines that differ', () => {
  const first = { at, by: 'Tomas', command: 'submit', state: 'submitted' };
  const last = { ...first, command: 'reject', state: 'rejected', reason: 'legal-hold', note: 'Harbour "B"' };
  const details = { kind: 'storage', subject: 'Files', keepUntil: 2031 };
  const [steps, told] = linesOf(records, 'reject', {
    entity: 'request',
    key: 's-1',
    before: { steps: [first, { ...first, note: 'old' }] },
    after: { steps: [first, last], details },
  });
  expect(steps).toContain(`Steps,"${formatDateTime(at)}, Tomas: Submit, old",`);
  expect(steps).toContain(`"${formatDateTime(at)}, Tomas: Reject, Legal hold, Harbour ""B"""`);
  expect(told).toMatch(/,Details,,"Kind: Storage, Contents: Files, Keep until: 2031"$/);
});

test('what has no words, no fields or no changes has its row, too', () => {
  expect(
    linesOf(undefined, 'end-shift', { entity: 'shift', key: 's1' }, { entity: 'line', key: 'n', before: {} }),
  ).toEqual([`${done},end shift,shift,s1,changed,,,`, `${done},end shift,line,n,removed,,,`]);
  expect(linesOf(undefined, 'end-shift')).toEqual([`${done},end shift,,,,,,`]);
  expect(
    linesOf(undefined, 'x', { entity: 'a', key: 'b', before: { on: true, name: '' }, after: { on: false } }),
  ).toEqual([`${done},x,a,b,changed,on,yes,no`, `${done},x,a,b,changed,name,,`]);
});

test('nothing that people wrote runs as a formula', () => {
  const [line] = linesOf(factory, '=cmd()', {
    entity: '+1',
    key: '@sum(a1)',
    before: { note: '-2+3|calc' },
    after: { note: '=HYPERLINK("http://x")' },
  });
  expect(line).toBe(`${done},'=cmd(),'+1,'@sum(a1),changed,Note,'-2+3|calc,"'=HYPERLINK(""http://x"")"`);
});
