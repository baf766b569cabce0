/**
 * The life of a request as data: which command leads from which state to which, for which kinds, and who may do it. Rules,
 * buttons and tests read this one table; what is not in it is refused.
 */
import type { Kind, RequestState } from './codes.ts';

/**
 * `requester` submitted it; `head` is any head of the unit; `judge` is a head who did not submit it, as nobody decides on
 * a request of his own; `store` is the head of the store that keeps the unit's crates.
 */
export type Actor = 'requester' | 'head' | 'judge' | 'store';

interface Row {
  command: string;
  from: readonly RequestState[];
  /** Absent: the state stays. */
  to?: RequestState;
  by: readonly Actor[];
  /** @default every kind */
  kind?: Kind;
}

export const moves = [
  { command: 'approve', from: ['submitted'], to: 'approved', by: ['judge'] },
  { command: 'reject', from: ['submitted'], to: 'rejected', by: ['judge'] },
  { command: 'send-back', from: ['submitted'], to: 'sent-back', by: ['judge'] },
  { command: 'ask', from: ['submitted'], to: 'waiting', by: ['judge'] },
  { command: 'answer', from: ['waiting'], to: 'submitted', by: ['requester'] },
  { command: 'answer', from: ['on-hold'], to: 'approved', by: ['requester'] },
  { command: 'update-request', from: ['sent-back'], by: ['requester'] },
  { command: 'resubmit', from: ['sent-back'], to: 'submitted', by: ['requester'] },
  {
    command: 'cancel',
    from: ['submitted', 'waiting', 'sent-back'],
    to: 'cancelled',
    by: ['requester', 'head'],
  },
  { command: 'reopen', from: ['rejected', 'cancelled'], to: 'sent-back', by: ['requester', 'head'] },
  { command: 'reopen', from: ['approved', 'on-hold'], to: 'submitted', by: ['head'] },
  {
    command: 'set-due',
    from: ['submitted', 'waiting', 'sent-back', 'approved', 'on-hold', 'issued'],
    by: ['head'],
  },
  { command: 'hold', from: ['approved'], to: 'on-hold', by: ['store'] },
  { command: 'allocate', from: ['approved'], to: 'stored', by: ['store'], kind: 'storage' },
  { command: 'issue', from: ['approved'], to: 'issued', by: ['store'], kind: 'withdrawal' },
  { command: 'return', from: ['issued'], to: 'returned', by: ['store'], kind: 'withdrawal' },
  { command: 'destroy', from: ['approved'], to: 'destroyed', by: ['store'], kind: 'destruction' },
] as const satisfies readonly Row[];

export type MoveName = (typeof moves)[number]['command'];

export interface Move extends Row {
  command: MoveName;
}

const table: readonly Move[] = moves;

export const moveNames: readonly MoveName[] = [...new Set(table.map(({ command }) => command))];

/** The row that lets a command act on a request of this kind and state; undefined when none does. */
export const moveOf = (kind: Kind, state: RequestState, command: MoveName): Move | undefined =>
  table.find(
    (row) =>
      row.command === command && row.from.includes(state) && (row.kind === undefined || row.kind === kind),
  );

/** Who can do the command at all, in whatever state. */
export const actorsOf = (command: MoveName): ReadonlySet<Actor> =>
  new Set(table.filter((row) => row.command === command).flatMap(({ by }) => by));

/** The states in which the store has the request on its desk. */
export const onDesk = ['approved', 'on-hold', 'issued'] as const satisfies readonly RequestState[];
export type DeskState = (typeof onDesk)[number];
export const isOnDesk = (state: RequestState): state is DeskState =>
  (onDesk as readonly string[]).includes(state);
