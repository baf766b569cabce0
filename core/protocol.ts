/**
 * The frames of `pulsecast.v1`: both directions as two discriminated unions. What a client may send is a schema, since
 * it is checked; what a server sends is a type.
 */
import * as v from 'valibot';
import { type Code, type Fault, PulsecastError } from './codes.ts';
import { maxGroupName, maxGroupsPerFrame } from './group.ts';
import { jsonBytes, textBytes } from './log.ts';

/** The subprotocol that the browser offers and the server echoes. */
export const subprotocol = 'pulsecast.v1';

/** Largest frame either side sends, in bytes: API Gateway's frame limit and its billing step. */
export const maxFrameBytes = 32 * 1024;

/** The new state of an item. `rev` rises by one in each write; `remove` keeps counting and carries no data. */
export type Event =
  | { entity: string; key: string; rev: number; op: 'put'; data: unknown }
  | { entity: string; key: string; rev: number; op: 'remove'; data?: undefined };

/** An item of a snapshot: an event without `op`. */
export interface SnapshotItem {
  entity: string;
  key: string;
  rev: number;
  data: unknown;
}

/** One entry of a group's log as it is pushed: one offset. */
export interface GroupEvents {
  group: string;
  offset: number;
  events: Event[];
}

/** The answer for one group. `offset` is the position up to which the answer speaks. */
export type GroupState =
  | { group: string; offset: number; recovered: true; events: Event[] }
  | { group: string; offset: number; recovered: false; snapshot: SnapshotItem[]; more?: string }
  | { group: string; error: { code: Code; message: string } };

/** Any text that a reply can name again: whether there is such a group is said of each group by itself. */
const group = v.pipe(
  v.string(),
  v.check((name) => jsonBytes(name) <= maxGroupName + 2, `is longer than ${maxGroupName} bytes`),
);
const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const id = v.optional(v.pipe(v.string(), v.maxLength(64)));
const groupList = <S extends v.GenericSchema>(item: S) =>
  v.pipe(v.array(item), v.minLength(1, 'names no group'));

/** `after`: the last offset seen. `more`: the cursor of the next page of a snapshot. */
const wanted = v.strictObject({
  group,
  after: v.optional(offset),
  more: v.optional(v.pipe(v.string(), v.maxLength(1024))),
});

/** What a client may send, by action. */
export const clientFrames = {
  subscribe: v.strictObject({ action: v.literal('subscribe'), id, groups: groupList(wanted) }),
  unsubscribe: v.strictObject({ action: v.literal('unsubscribe'), id, groups: groupList(group) }),
  sync: v.strictObject({
    action: v.literal('sync'),
    id,
    groups: v.array(v.strictObject({ group, after: offset })),
  }),
  refresh: v.strictObject({
    action: v.literal('refresh'),
    id,
    token: v.pipe(v.string(), v.maxLength(16_384)),
  }),
  signal: v.strictObject({ action: v.literal('signal'), id, group, data: v.unknown() }),
} as const;

export type Action = keyof typeof clientFrames;
export const actions = Object.keys(clientFrames) as Action[];
export type Wanted = v.InferOutput<typeof wanted>;
export type ClientFrame = { [A in Action]: v.InferOutput<(typeof clientFrames)[A]> }[Action];

export type ServerFrame =
  | { type: 'subscribed'; id?: string; groups: GroupState[] }
  | { type: 'unsubscribed'; id?: string; groups: string[] }
  | { type: 'synced'; id?: string; at: string; groups: GroupState[] }
  | { type: 'refreshed'; id?: string; expiresAt: string }
  | { type: 'events'; groups: GroupEvents[] }
  | { type: 'signal'; id?: string; group: string; from: { user: string }; data: unknown }
  | {
      type: 'error';
      id?: string;
      code: Code;
      message: string;
      errors?: readonly Fault[];
      retryAfterMs?: number;
    }
  | { type: 'disconnect'; code: Code; message: string; reconnect: boolean; afterMs: number };

/** The `id` of a frame that could not be understood, when there is one, so that the error can be matched to it. */
export function idOf(frame: unknown): string | undefined {
  if (typeof frame !== 'object' || frame === null) return undefined;
  const value = (frame as { id?: unknown }).id;
  return typeof value === 'string' && value.length <= 64 ? value : undefined;
}

/** Reads JSON; throws `bad_request` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PulsecastError('bad_request', 'The message is not JSON.');
  }
}

/** Most characters of what was sent that are said again. */
const maxQuoted = 200;
const quoted = (text: string) => (text.length > maxQuoted ? `${text.slice(0, maxQuoted - 1)}…` : text);

/** Faults of a failed validation, at most ten, as path and message, each of which may quote what was sent. */
export function faultsOf(issues: readonly v.BaseIssue<unknown>[]): Fault[] {
  return issues
    .slice(0, 10)
    .map((issue) => ({ path: quoted(v.getDotPath(issue) ?? ''), message: quoted(issue.message) }));
}

/** Reads what a client sent. Errors: `too_large` (above `maxFrameBytes`), and those of `parseClientFrame`. */
export function readClientFrame(text: string): ClientFrame {
  if (textBytes(text) > maxFrameBytes) {
    throw new PulsecastError('too_large', `A frame takes at most ${maxFrameBytes} bytes.`);
  }
  return parseClientFrame(parseJson(text));
}

/**
 * Checks what a client sent. Errors: `bad_request` (not an object, wrong members), `unknown_action`,
 * `too_many_groups` (above `maxGroupsPerFrame`).
 */
export function parseClientFrame(frame: unknown): ClientFrame {
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    throw new PulsecastError('bad_request', 'The message is not a JSON object.');
  }
  const { action, groups } = frame as { action?: unknown; groups?: unknown };
  if (typeof action !== 'string') throw new PulsecastError('bad_request', 'The member "action" is missing.');
  if (!Object.hasOwn(clientFrames, action)) {
    throw new PulsecastError('unknown_action', `The actions are ${actions.join(', ')}.`);
  }
  if (Array.isArray(groups) && groups.length > maxGroupsPerFrame) {
    throw new PulsecastError('too_many_groups', `A frame names at most ${maxGroupsPerFrame} groups.`);
  }
  const result = v.safeParse(clientFrames[action as Action], frame);
  if (!result.success) {
    throw new PulsecastError('bad_request', `The frame "${action}" is not well formed.`, {
      errors: faultsOf(result.issues),
    });
  }
  return result.output;
}
