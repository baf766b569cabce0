/**
 * Every code that a frame or a problem document can carry, in one place.
 *
 * - `retry`: the same request may succeed later without a change by the caller; `false` is terminal.
 * - `concerns`: what the code speaks of. A code of one group never ends the connection, so that one refused
 *   subscription cannot kill a socket that other screens share.
 * - `status`: the HTTP status that carries the code.
 */
export const codes = {
  bad_request: { retry: false, concerns: 'request', status: 400, title: 'The request is not well formed' },
  unknown_action: { retry: false, concerns: 'request', status: 400, title: 'There is no such action' },
  invalid_input: { retry: false, concerns: 'request', status: 422, title: 'The input does not fit' },
  unauthorized: { retry: false, concerns: 'connection', status: 401, title: 'The credential is not valid' },
  token_expired: { retry: false, concerns: 'connection', status: 401, title: 'The credential has expired' },
  forbidden: { retry: false, concerns: 'group', status: 403, title: 'You may not do this' },
  unknown_group: { retry: false, concerns: 'group', status: 404, title: 'There is no such group' },
  not_found: { retry: false, concerns: 'request', status: 404, title: 'There is nothing here' },
  method_not_allowed: {
    retry: false,
    concerns: 'request',
    status: 405,
    title: 'This path does not take the method',
  },
  too_many_groups: { retry: false, concerns: 'request', status: 400, title: 'Too many groups' },
  too_large: { retry: false, concerns: 'request', status: 413, title: 'The request is too large' },
  rate_limited: { retry: true, concerns: 'connection', status: 429, title: 'Too many requests' },
  conflict: {
    retry: false,
    concerns: 'request',
    status: 409,
    title: 'The state has changed or does not allow this',
  },
  sequence_gap: { retry: false, concerns: 'request', status: 409, title: 'Pulses before these are missing' },
  internal: { retry: true, concerns: 'request', status: 500, title: 'Something failed on our side' },
} as const satisfies Record<
  string,
  { retry: boolean; concerns: 'connection' | 'group' | 'request'; status: number; title: string }
>;

export type Code = keyof typeof codes;

/** One fault in the input: where (`pulses.3.at`) and what. */
export interface Fault {
  path: string;
  message: string;
}

/** What may go with an error: faults of the input, and further members of the problem document (`nextSeq`, `current`). */
export interface ErrorDetails {
  errors?: readonly Fault[];
  /** How long to wait before the same may work, in ms. */
  retryAfterMs?: number;
  [member: string]: unknown;
}

/** The one error class of the project. `message` and `details` are shown to the caller: no secrets in either. */
export class PulsecastError extends Error {
  override readonly name = 'PulsecastError';
  readonly code: Code;
  readonly details: ErrorDetails;
  constructor(code: Code, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** RFC 9457 problem document of an error. `type` is a URN, so that it names the code without promising a page. */
export function problemOf(error: PulsecastError, requestId?: string): Record<string, unknown> {
  const { status, title } = codes[error.code];
  return {
    type: `urn:pulsecast:${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    ...error.details,
    ...(requestId === undefined ? {} : { requestId }),
  };
}
