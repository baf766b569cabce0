import { describe, expect, test } from 'vitest';
import { type Kind, kinds, type RequestState, requestStates } from '../../../domains/records/codes.ts';
import { isOnDesk, moveNames, moves } from '../../../domains/records/lifecycle.ts';
import type { MemoryTable } from '../../support/memory.ts';
import {
  admin,
  bring,
  burn,
  byName,
  clerk,
  depot,
  head,
  inputOf,
  lend,
  minute,
  morning,
  refusalOf,
  requestOf,
  submit,
} from './depot.ts';

const details = { storage: bring, withdrawal: lend, destruction: burn };
const acts = { storage: 'allocate', withdrawal: 'issue', destruction: 'destroy' } as const;

/** How a clerk's request comes into each state: who does what. Undefined where the kind never does. */
function wayTo(
  kind: Kind,
  state: RequestState,
): readonly (readonly [keyof typeof byName, string])[] | undefined {
  const approved = ['head', 'approve'] as const;
  const act = ['keeper', acts[kind]] as const;
  switch (state) {
    case 'submitted':
      return [];
    case 'waiting':
      return [['head', 'ask']];
    case 'sent-back':
      return [['head', 'send-back']];
    case 'approved':
      return [approved];
    case 'on-hold':
      return [approved, ['keeper', 'hold']];
    case 'rejected':
      return [['head', 'reject']];
    case 'cancelled':
      return [['clerk', 'cancel']];
    case 'stored':
      return kind === 'storage' ? [approved, act] : undefined;
    case 'issued':
      return kind === 'withdrawal' ? [approved, act] : undefined;
    case 'returned':
      return kind === 'withdrawal' ? [approved, act, ['keeper', 'return']] : undefined;
    case 'destroyed':
      return kind === 'destruction' ? [approved, act] : undefined;
  }
}

function requestIn(kind: Kind, state: RequestState, by = clerk): { table: MemoryTable; request: string } {
  const table = depot();
  const request = submit(table, details[kind], kind === 'storage' ? ['n-1'] : ['c-1'], { by });
  for (const [who, name] of wayTo(kind, state) ?? []) {
    table.command(byName[who], name, inputOf(name, request), morning + minute);
  }
  expect(requestOf(table, request).state).toBe(state);
  return { table, request };
}

/** The table of who may do what, written down once more, by hand. `head2` is a head who is not the requester. */
const unitDoes: Partial<Record<RequestState, Record<string, readonly (keyof typeof byName)[]>>> = {
  submitted: {
    approve: ['head', 'head2', 'admin'],
    reject: ['head', 'head2', 'admin'],
    'send-back': ['head', 'head2', 'admin'],
    ask: ['head', 'head2', 'admin'],
    cancel: ['clerk', 'head', 'head2', 'admin'],
    'set-due': ['head', 'head2', 'admin'],
  },
  waiting: {
    answer: ['clerk'],
    cancel: ['clerk', 'head', 'head2', 'admin'],
    'set-due': ['head', 'head2', 'admin'],
  },
  'sent-back': {
    'update-request': ['clerk'],
    resubmit: ['clerk'],
    cancel: ['clerk', 'head', 'head2', 'admin'],
    'set-due': ['head', 'head2', 'admin'],
  },
  approved: {
    reopen: ['head', 'head2', 'admin'],
    'set-due': ['head', 'head2', 'admin'],
    hold: ['keeper', 'admin'],
  },
  'on-hold': { answer: ['clerk'], reopen: ['head', 'head2', 'admin'], 'set-due': ['head', 'head2', 'admin'] },
  rejected: { reopen: ['clerk', 'head', 'head2', 'admin'] },
  cancelled: { reopen: ['clerk', 'head', 'head2', 'admin'] },
  issued: { 'set-due': ['head', 'head2', 'admin'] },
};
const storeDoes: Record<Kind, Partial<Record<RequestState, string>>> = {
  storage: { approved: 'allocate' },
  withdrawal: { approved: 'issue', issued: 'return' },
  destruction: { approved: 'destroy' },
};
const deskMoves = ['hold', 'allocate', 'issue', 'return', 'destroy'];

const allowed = (kind: Kind, state: RequestState, name: string, who: keyof typeof byName): boolean =>
  unitDoes[state]?.[name]?.includes(who) === true ||
  (storeDoes[kind][state] === name && (who === 'keeper' || who === 'admin'));

describe('every state, command and role', () => {
  const cases = kinds.flatMap((kind) =>
    requestStates
      .filter((state) => wayTo(kind, state) !== undefined)
      .map((state): [Kind, RequestState] => [kind, state]),
  );
  test.each(cases)('%s, %s', (kind, state) => {
    const { table: fresh, request } = requestIn(kind, state);
    for (const name of moveNames) {
      for (const who of Object.keys(byName) as (keyof typeof byName)[]) {
        const { table } = allowed(kind, state, name, who) ? requestIn(kind, state) : { table: fresh };
        const before = table.items();
        const act = () => table.command(byName[who], name, inputOf(name, request), morning + 2 * minute);
        const refusal = refusalOf(act) as { code?: string; details?: { current?: unknown } } | undefined;
        const place = `${who} ${name}`;
        if (allowed(kind, state, name, who)) {
          expect(refusal, place).toBeUndefined();
          const rows = moves.filter(
            (row) => row.command === name && (row.from as readonly string[]).includes(state),
          );
          const [row] = rows;
          expect(requestOf(table, request).state, place).toBe(
            row !== undefined && 'to' in row ? row.to : state,
          );
          continue;
        }
        expect(['conflict', 'forbidden'], place).toContain(refusal?.code);
        expect(table.items(), place).toEqual(before);
        if (refusal?.code === 'forbidden') continue;
        // The store is told of its own job, and of nothing when there is none.
        const ofStore = deskMoves.includes(name);
        const current =
          ofStore && !isOnDesk(state) ? undefined : { entity: ofStore ? 'job' : 'request', data: { state } };
        if (current === undefined) expect(refusal?.details, place).not.toHaveProperty('current');
        else expect(refusal?.details?.current, place).toMatchObject(current);
      }
    }
  });

  test('nobody decides on a request of his own, a second head does', () => {
    for (const name of ['approve', 'reject', 'send-back', 'ask']) {
      const { table, request } = requestIn('withdrawal', 'submitted', head);
      expect(refusalOf(() => table.command(head, name, inputOf(name, request), morning))).toMatchObject({
        code: 'forbidden',
      });
      table.command(byName.head2, name, inputOf(name, request), morning);
    }
    const { table, request } = requestIn('storage', 'submitted', admin);
    expect(
      refusalOf(() => table.command(admin, 'approve', inputOf('approve', request), morning)),
    ).toMatchObject({
      code: 'forbidden',
    });
  });
});

test('two heads decide at once: one wins, the other sees the new state', () => {
  const { table, request } = requestIn('withdrawal', 'submitted');
  const { rev } = table.items().find(({ key }) => key === request) ?? { rev: 0 };
  table.command(head, 'approve', { unit: '1', request, rev }, morning + minute);
  const late = () =>
    table.command(byName.head2, 'reject', { unit: '1', request, reason: 'duplicate', rev }, morning + minute);
  expect(refusalOf(late)).toMatchObject({
    code: 'conflict',
    details: { current: { entity: 'request', key: request, data: { state: 'approved' } } },
  });
});

test('who decides on what was edited meanwhile is told', () => {
  const { table, request } = requestIn('withdrawal', 'submitted');
  const { rev } = table.items().find(({ key }) => key === request) ?? { rev: 0 };
  table.command(head, 'send-back', inputOf('send-back', request), morning + minute);
  table.command(clerk, 'update-request', inputOf('update-request', request), morning + 2 * minute);
  table.command(clerk, 'resubmit', inputOf('resubmit', request), morning + 3 * minute);
  const late = () => table.command(head, 'approve', { unit: '1', request, rev }, morning + 4 * minute);
  expect(refusalOf(late)).toMatchObject({
    code: 'conflict',
    details: { current: { data: { state: 'submitted' } } },
  });
});

test('the steps tell who did what when, and stay within bounds', () => {
  const { table, request } = requestIn('storage', 'submitted');
  for (let round = 0; round < 8; round += 1) {
    const at = morning + (round + 1) * minute;
    table.command(head, 'send-back', { unit: '1', request, reason: 'unclear', note: `Round ${round}` }, at);
    table.command(clerk, 'resubmit', { unit: '1', request, note: 'Better' }, at);
  }
  const { steps } = requestOf(table, request);
  expect(steps).toHaveLength(12);
  expect(steps[0]).toEqual({ at: morning, by: 'clerk', command: 'submit', state: 'submitted' });
  expect(steps.at(-2)).toEqual({
    at: morning + 8 * minute,
    by: 'head',
    command: 'send-back',
    state: 'sent-back',
    reason: 'unclear',
    note: 'Round 7',
  });
});
