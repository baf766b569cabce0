/** What can be made to go wrong, and the words in which it is asked for. */
import { readFileSync } from 'node:fs';

interface FaultKindDef {
  what: string;
  by: readonly ('function' | 'table' | 'body')[];
  ms?: number;
}

const ofPost = ['function', 'body'] as const;
const ofStream = ['function', 'table'] as const;
const ofTable = ['table'] as const;
const ofFunction = ['function'] as const;

/**
 * Every kind of fault with what happens, and by what a rule may narrow it. `ms` tells what the rule's `ms` means, and its
 * default; a kind without takes none.
 */
export const faultKinds = {
  'post.lost': { by: ofPost, what: 'a post to a connection is answered 200 and not sent' },
  'post.delayed': { by: ofPost, what: 'a post is sent and answered late', ms: 200 },
  'post.gone': { by: ofPost, what: 'a post to an open connection is answered 410' },
  'post.tooLarge': { by: ofPost, what: 'a post is answered 413' },
  'post.throttled': { by: ofPost, what: 'a post is answered 429' },
  'post.failed': { by: ofPost, what: 'a post is answered 500 and not sent' },
  'post.hung': { by: ofPost, what: 'a post is not sent, and answered 503 only after this time', ms: 30_000 },
  'stream.repeated': { by: ofStream, what: 'a batch that was done comes again' },
  'stream.split': { by: ofStream, what: 'a batch comes in two parts, one after the other' },
  'stream.reordered': {
    by: ofStream,
    what: 'the partition keys of a batch come each by itself, at once, as from shards of their own',
  },
  'stream.delayed': { by: ofStream, what: 'a batch comes late', ms: 200 },
  'table.conflict': { by: ofTable, what: 'a write or transaction meets TransactionConflict' },
  'table.throttled': { by: ofTable, what: 'a call gets ProvisionedThroughputExceededException' },
  'table.delayed': { by: ofTable, what: 'a call is carried out late, and answered late', ms: 50 },
  'table.unanswered': { by: ofTable, what: 'a write is done and answered 500' },
  'table.lagging': { by: [], what: 'global indexes show changes late', ms: 500 },
  'function.throttled': { by: ofFunction, what: 'an invocation is refused with TooManyRequestsException' },
  'function.failed': { by: ofFunction, what: 'an invocation is refused with ServiceException' },
  'function.timedOut': { by: ofFunction, what: 'an invocation that still runs then times out', ms: 100 },
  'function.killedBefore': { by: ofFunction, what: 'the worker dies before the handler runs' },
  'function.killedDuring': {
    by: ofFunction,
    what: 'the worker of an invocation that still runs then dies',
    ms: 20,
  },
  'function.killedAfter': {
    by: ofFunction,
    what: 'the worker dies when the handler is done, and its answer with it',
  },
  'connection.cut': {
    by: ['body'],
    what: 'a socket breaks, without a close frame, in place of the frame that was to pass',
  },
  'connection.disconnectLost': { by: [], what: '$disconnect is not run' },
  'clock.skewed': {
    by: ofFunction,
    what: 'the clock of the function is ahead by this, or behind when negative',
    ms: 0,
  },
} as const satisfies Record<string, FaultKindDef>;

export type FaultKind = keyof typeof faultKinds;

/** When a fault strikes. Filters are parts of names or of the body; several must all fit. */
export interface FaultRule {
  /** Share of the cases, 0 to 1. @default 1 */
  rate?: number;
  /** Strikes at most so often. @default without end */
  times?: number;
  /** Milliseconds, for the kinds that take them. @default that of the kind */
  ms?: number;
  /** Of `post`, `stream`, `function` and `clock`: part of the name of the function that runs, or that posts. */
  function?: string;
  /** Of `stream` and `table` but `table.lagging`: part of the table's name. */
  table?: string;
  /** Of `post` and `connection.cut`: part of the message, such as a group's name. */
  body?: string;
}

/**
 * All faults, as `--faults` and `PUT /_local/faults` take them in JSON:
 * `{"seed":7,"post.lost":{"rate":0.1,"body":"factory/line/north"},"table.throttled":[{"table":"Log"},{"rate":0.01}]}`.
 * Of several rules of a kind the first that strikes counts.
 */
export type FaultPlan = {
  /** Of the random numbers. @default 1 */
  seed?: number;
} & { [kind in FaultKind]?: FaultRule | readonly FaultRule[] };

/** A plan that cannot be followed; the message names the place. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const fields: Record<keyof FaultRule, { fits: (value: unknown) => boolean; must: string }> = {
  rate: { fits: (value) => typeof value === 'number' && value >= 0 && value <= 1, must: 'be from 0 to 1' },
  times: {
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
    must: 'be a whole number',
  },
  ms: { fits: Number.isFinite, must: 'be a number of milliseconds' },
  function: { fits: isText, must: 'be part of a name' },
  table: { fits: isText, must: 'be part of a name' },
  body: { fits: isText, must: 'be a text' },
};

/** What a rule of the kind may say: a filter that nothing looks at would strike everything. */
function fieldsOf(kind: FaultKind): readonly string[] {
  const { by, ms }: FaultKindDef = faultKinds[kind];
  return ['rate', 'times', ...(ms === undefined ? [] : ['ms']), ...by];
}

/** Checks what came from outside. @throws FaultError */
export function readPlan(value: unknown): FaultPlan {
  if (!isRecord(value)) throw new FaultError('Faults are a JSON object, kind to rule.');
  for (const [kind, rules] of Object.entries(value)) {
    if (kind === 'seed') {
      if (!Number.isSafeInteger(rules)) throw new FaultError('seed must be a whole number.');
      continue;
    }
    if (!Object.hasOwn(faultKinds, kind)) {
      throw new FaultError(
        `There is no fault "${kind}". The faults are ${Object.keys(faultKinds).join(', ')}.`,
      );
    }
    for (const rule of [rules].flat()) {
      if (!isRecord(rule)) throw new FaultError(`${kind} must be a rule, or a list of rules.`);
      for (const [name, given] of Object.entries(rule)) {
        const takes = fieldsOf(kind as FaultKind);
        if (!takes.includes(name)) {
          throw new FaultError(`${kind} has no "${name}". It takes ${takes.join(', ')}.`);
        }
        const { fits, must } = fields[name as keyof FaultRule];
        if (!fits(given)) throw new FaultError(`${kind}.${name} must ${must}.`);
        if (name === 'ms' && Number(given) < 0 && kind !== 'clock.skewed') {
          throw new FaultError(`${kind}.ms must not be negative.`);
        }
      }
    }
  }
  return value;
}

/** The plan of a command line's `--faults`: JSON, or a file with it. @throws FaultError */
export function planOf(text: string): FaultPlan {
  let plan: unknown;
  try {
    plan = JSON.parse(text.trim().startsWith('{') ? text : readFileSync(text, 'utf8'));
  } catch {
    throw new FaultError(`--faults ${text} is neither JSON nor a file with it`);
  }
  try {
    return readPlan(plan);
  } catch (error) {
    throw error instanceof FaultError ? new FaultError(`--faults: ${error.message}`) : error;
  }
}
