/** A page of the shell over a fake client. */
import { signal } from '@preact/signals';
import { configure, render } from '@testing-library/preact';
import type { Principal } from '../../core/domain.ts';
import type { Machine, Shift } from '../../domains/factory/entities.ts';
import type { GroupEntry } from '../../web/kit/platform.ts';
import { followAddress } from '../../web/kit/route.ts';
import { App } from '../../web/src/app.tsx';
import { watchConnection } from '../../web/src/connection.ts';
import { openGroup } from '../../web/src/groups.ts';
import type { Shell } from '../../web/src/shell.ts';
import { FakeClient } from './fake-client.ts';

// Parts that are loaded later take their time on a busy machine.
configure({ asyncUtilTimeout: 10_000 });

export const lead: Principal = {
  kind: 'user',
  sub: 'shift-lead',
  name: 'Maria Weber',
  roles: ['shift-lead'],
  units: ['site:mill', 'line:north'],
};
export const operator: Principal = { ...lead, sub: 'operator', roles: ['operator'], units: ['line:north'] };
export const visitor: Principal = { kind: 'anonymous', sub: 'anonymous', roles: [], units: [] };

export const north = 'factory/line/north';
const places: GroupEntry[] = [
  { group: north, title: 'Line North', domain: 'factory' },
  { group: 'factory/site/mill', title: 'Mill', domain: 'factory' },
];

export interface Options {
  me?: Principal;
  address?: string;
  /** What the person may see. @default a line and a site of the factory */
  seen?: readonly GroupEntry[];
  command?: (domain: string, command: string, input: object) => Promise<unknown>;
}

/** Renders the app at an address; `client` then plays the server. */
export function openPage({
  me = lead,
  address = `#/${north}`,
  seen = places,
  command = async () => ({}),
}: Options = {}) {
  // Without an event, which would come at any time and close what the test has opened meanwhile.
  window.history.replaceState(null, '', address);
  const stop = followAddress();
  const client = new FakeClient();
  const signedIn = signal(me.kind === 'user');
  const signIns: string[] = [];
  const shell: Shell = {
    platform: {
      me: signal(me),
      groups: signal(signedIn.value ? seen : []),
      open: (group) => openGroup(client, group),
      command,
      olderEntries: async () => ({ entries: [] }),
    },
    session: {
      signedIn,
      problem: signal(undefined),
      possible: true,
      begin: async () => {},
      signIn: async () => {
        signIns.push('signIn');
      },
      signOut: async () => {},
      token: async () => undefined,
    },
    connection: watchConnection(client),
    known: signal('ready'),
    client,
    announce: async () => {},
    version: '0.1.0',
    reconnectNow: () => client.reconnectNow(),
    reload: () => {},
  };
  const page = render(<App shell={shell} />);
  return { ...page, client, shell, signIns, stop };
}

export function machine(title: string, change: Partial<Machine> = {}): Machine {
  const now = Date.now();
  return {
    line: 'north',
    title,
    status: 'running',
    statusSince: now - 600_000,
    counter: 100,
    rate: 12,
    spark: [1, 2, 3],
    sparkAt: now - (now % 10_000),
    lastPulseAt: now - 1000,
    shiftCount: 10,
    idleAfterMs: 60_000,
    downAfterMs: 300_000,
    offlineAfterMs: 900_000,
    ...change,
  };
}

export function shift(change: Partial<Shift> = {}): Shift {
  const now = Date.now();
  return {
    line: 'north',
    title: 'Early shift',
    lead: 'Maria Weber',
    startedAt: now - 4 * 3_600_000,
    plannedEnd: now + 4 * 3_600_000,
    target: 1000,
    produced: 400,
    ...change,
  };
}
