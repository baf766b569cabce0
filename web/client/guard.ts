/** Shape checks of what a server sent. Hand-written: a schema library would weigh more than the client. */
import type { Code } from '../../core/codes.ts';
import type { GroupState, ServerFrame } from '../../core/protocol.ts';

/** What a value has to look like: `''` and 0 stand for any text and number, other plain values for themselves, a list for its item. */
type Form =
  | string
  | 0
  | boolean
  | undefined
  | readonly [Form]
  | { readonly [member: string]: Form }
  | ((value: unknown) => boolean);

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fits(value: unknown, form: Form): boolean {
  if (typeof form === 'function') return form(value);
  if (form === 0) return Number.isSafeInteger(value) && (value as number) >= 0;
  if (form === '') return typeof value === 'string';
  if (Array.isArray(form)) return Array.isArray(value) && value.every((item) => fits(item, form[0]));
  if (!isObject(form)) return value === form;
  return isObject(value) && Object.entries(form).every(([name, member]) => fits(value[name], member));
}

const isThere = (value: unknown) => value !== undefined;
const either =
  (...forms: Form[]) =>
  (value: unknown) =>
    forms.some((form) => fits(value, form));
const optional = (form: Form) => either(undefined, form);

const fault = { code: '', message: '' } as const;
const identity = { entity: '', key: '', rev: 0 } as const;
const item = { ...identity, data: isThere };
const events = [either({ ...item, op: 'put' }, { ...identity, op: 'remove' })] as const;
const position = { group: '', offset: 0, error: undefined } as const;

export const isGroupState = either(
  { group: '', error: fault },
  { ...position, recovered: true, events },
  { ...position, recovered: false, snapshot: [item], more: optional('') },
) as (value: unknown) => value is GroupState;

const answer = { groups: [isGroupState] } as const;

const frames: { readonly [T in ServerFrame['type']]: Form } = {
  subscribed: answer,
  unsubscribed: {},
  synced: answer,
  refreshed: {},
  events: { groups: [{ ...position, events }] },
  signal: { group: '', from: { user: '' } },
  error: { ...fault, retryAfterMs: optional(0) },
  disconnect: { ...fault, reconnect: isThere, afterMs: 0 },
};

/** What arrived is not of the protocol. */
export function malformed(what: unknown): Error {
  return Object.assign(new Error(`bad ${what}`), { name: 'FrameError' });
}

/**
 * Reads a frame. Undefined for a type that is not known here. Throws `SyntaxError` for what is no JSON, `FrameError` for what
 * is no frame.
 */
export function parseServerFrame(text: unknown): ServerFrame | undefined {
  const frame: unknown = JSON.parse(text as string);
  if (!isObject(frame)) throw malformed('frame');
  const { type, id } = frame;
  if (!Object.hasOwn(frames, String(type))) return undefined;
  if (!fits(frame, frames[type as ServerFrame['type']]) || !optional('')(id)) throw malformed(type);
  return frame as unknown as ServerFrame;
}

/** The codes marked `retry` in core/codes.ts, which with its titles would be a tenth of the client. Kept equal by a test. */
const passing: readonly string[] = ['rate_limited', 'internal'] satisfies Code[];

/** Whether the same request may succeed later; a code that is not known here counts as final. */
export function isPassing(code: string): boolean {
  return passing.includes(code);
}

const credential: readonly string[] = ['unauthorized', 'token_expired'] satisfies Code[];

/** Whether the code speaks of the credential, so that a fresh one may help. */
export function isCredential(code: string): boolean {
  return credential.includes(code);
}
