/** Shape checks of what a server sent. Hand-written: a schema library would weigh more than the client. */
import type { Code } from '../../core/codes.ts';
import type { GroupState, ServerFrame } from '../../core/protocol.ts';
import type { ClientFault } from './types.ts';

/** What arrived was not a frame of the protocol. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

type Members = Record<string, unknown>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNone = (value: unknown) => value === undefined || isText(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isListOf = (value: unknown, test: (item: unknown) => boolean) =>
  Array.isArray(value) && value.every(test);

export const isFault = (value: unknown): value is ClientFault =>
  isObject(value) && isText(value.code) && isText(value.message);

const isSnapshotItem = (value: unknown) =>
  isObject(value) &&
  isText(value.entity) &&
  isText(value.key) &&
  isCount(value.rev) &&
  value.data !== undefined;

const isEvent = (value: unknown) =>
  isObject(value) &&
  (value.op === 'remove'
    ? isSnapshotItem({ ...value, data: null })
    : value.op === 'put' && isSnapshotItem(value));

const isGroupEvents = (value: unknown) =>
  isObject(value) && isText(value.group) && isCount(value.offset) && isListOf(value.events, isEvent);

export const isGroupState = (value: unknown): value is GroupState =>
  isObject(value) &&
  isText(value.group) &&
  (value.error === undefined
    ? isCount(value.offset) &&
      (value.recovered === true
        ? isListOf(value.events, isEvent)
        : value.recovered === false && isListOf(value.snapshot, isSnapshotItem) && isTextOrNone(value.more))
    : isFault(value.error));

const shapes: { [T in ServerFrame['type']]: (frame: Members) => boolean } = {
  subscribed: (frame) => isListOf(frame.groups, isGroupState),
  unsubscribed: (frame) => isListOf(frame.groups, isText),
  synced: (frame) => isListOf(frame.groups, isGroupState),
  refreshed: (frame) => isText(frame.expiresAt),
  events: (frame) => isListOf(frame.groups, isGroupEvents),
  signal: (frame) => isText(frame.group) && isObject(frame.from) && isText(frame.from.user),
  error: (frame) => isFault(frame) && (frame.retryAfterMs === undefined || isCount(frame.retryAfterMs)),
  disconnect: (frame) => isFault(frame) && typeof frame.reconnect === 'boolean' && isCount(frame.afterMs),
};

/** Reads a frame. Undefined for a type that is not known here. Throws `FrameError` when it is malformed. */
export function parseServerFrame(text: unknown): ServerFrame | undefined {
  let frame: unknown;
  try {
    frame = JSON.parse(text as string);
  } catch {
    // Neither is what is no text.
  }
  if (!isObject(frame)) throw new FrameError('The message is not a JSON object.');
  const { type, id } = frame;
  if (!isText(type) || !Object.hasOwn(shapes, type)) return undefined;
  if (!shapes[type as ServerFrame['type']](frame) || !isTextOrNone(id)) {
    throw new FrameError(`The frame "${type}" is not well formed.`);
  }
  return frame as unknown as ServerFrame;
}

/** The codes marked `retry` in core/codes.ts, which with its titles would be a tenth of the client. Kept equal by a test. */
const passing: readonly string[] = ['rate_limited', 'internal'] satisfies Code[];

/** Whether the same request may succeed later; a code that is not known here counts as final. */
export function isPassing(code: string): boolean {
  return passing.includes(code);
}

/** Whether the code speaks of the credential, so that a fresh one may help. */
export function isCredential(code: string): boolean {
  return code === 'unauthorized' || code === 'token_expired';
}
