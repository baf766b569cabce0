/**
 * What each function is given: time, memory, and exactly the calls that its code makes. Environment and role derive from
 * this table, so that a variable never names a table that the role cannot reach.
 */
import type { PlatformTable } from './tables.ts';

type Action = 'GetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

export interface FunctionSpec {
  /** Seconds. */
  timeout: number;
  /** MB; a function gets one whole processor at 1,769. */
  memory: number;
  /** Calls to the platform's tables. Empty: only told the table's name. */
  tables: Partial<Record<PlatformTable, readonly Action[]>>;
  /** Calls to the table of each enabled domain. Empty: only told which domains are on. */
  domains?: readonly Action[];
  /** Calls to the table of people's notices (`core/notices.ts`). @default as `domains` */
  notices?: readonly Action[];
  /** Checks users' tokens. */
  tokens?: true;
  /** Takes a token from the query when the stack allows it. */
  tokenInQuery?: true;
  /** Appends to groups' logs, or keeps them alive. */
  retention?: true;
  /** Posts to connections, at a rate of its own (lib/senders.ts). */
  posts?: true;
  /** Closes connections. */
  closes?: true;
}

/** What it takes to run a domain's rules: read what they ask for, and write what they decide, alone or together. */
const rules: readonly Action[] = ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'];

/** What it takes to forget a connection, or to leave a group. */
const presence: readonly Action[] = ['GetItem', 'UpdateItem'];

export const functionSpecs = {
  connect: {
    timeout: 10,
    memory: 512,
    tables: {
      connections: ['Query', 'PutItem', 'DeleteItem'],
      access: ['UpdateItem', 'DeleteItem'],
    },
    tokens: true,
    tokenInQuery: true,
  },
  disconnect: {
    timeout: 10,
    memory: 512,
    tables: { connections: ['Query', 'DeleteItem'], members: ['DeleteItem'], presence },
  },
  groups: {
    timeout: 15,
    memory: 1024,
    tables: {
      connections: ['Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      members: ['GetItem', 'PutItem', 'DeleteItem'],
      presence: [...presence, 'Query'],
      audit: ['Query'],
      log: ['Query', 'PutItem', 'UpdateItem'],
    },
    domains: ['Query'],
    retention: true,
  },
  refresh: {
    timeout: 10,
    memory: 512,
    tables: {
      access: ['GetItem'],
      connections: ['Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      members: ['PutItem', 'DeleteItem'],
      presence,
    },
    domains: [],
    tokens: true,
  },
  signal: {
    timeout: 10,
    memory: 512,
    tables: {
      connections: ['GetItem', 'Query', 'UpdateItem', 'DeleteItem'],
      members: ['Query', 'DeleteItem'],
      presence,
    },
    posts: true,
  },
  default: { timeout: 5, memory: 256, tables: {} },
  ingest: {
    timeout: 15,
    memory: 512,
    tables: { access: ['GetItem'] },
    domains: rules,
    notices: ['PutItem'],
  },
  api: {
    timeout: 15,
    memory: 1024,
    tables: {
      access: ['GetItem', 'Query', 'PutItem', 'UpdateItem'],
      connections: ['Query', 'DeleteItem'],
      members: ['DeleteItem'],
      presence: [...presence, 'Query', 'PutItem'],
      // Adds entries, and can neither change nor remove one. No other function writes here.
      audit: ['Query', 'PutItem'],
      idempotency: ['GetItem', 'PutItem'],
      log: ['Query', 'PutItem', 'UpdateItem'],
    },
    domains: rules,
    tokens: true,
    retention: true,
    posts: true,
    closes: true,
  },
  broadcast: {
    timeout: 60,
    memory: 1024,
    tables: {
      log: ['Query', 'PutItem'],
      members: ['Query', 'DeleteItem'],
      connections: ['Query', 'DeleteItem'],
      presence,
      audit: [],
    },
    domains: [],
    retention: true,
    posts: true,
  },
  fanout: {
    timeout: 60,
    memory: 1024,
    tables: { connections: ['Query', 'DeleteItem'], members: ['DeleteItem'], presence },
    posts: true,
  },
  sweep: {
    timeout: 50,
    memory: 512,
    tables: { connections: ['Query', 'DeleteItem'], members: ['DeleteItem'], presence },
    domains: rules,
    notices: ['PutItem'],
    posts: true,
    closes: true,
  },
} as const satisfies Record<string, FunctionSpec>;

export type FunctionName = keyof typeof functionSpecs;
export const functionNames = Object.keys(functionSpecs) as FunctionName[];
