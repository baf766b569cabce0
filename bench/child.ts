/** Starts a child process of a bench and talks to it, one question at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SystemOptions } from '../bin/system.ts';

export interface Child {
  origin: string;
  send(message: object): void;
  /** CPU time used so far by all threads, in ms. */
  cpuMs(): Promise<number>;
  /** The main thread's part of it: the gateway and the tables; functions have threads of their own. */
  mainCpuMs(): Promise<number>;
  /** Resident memory, in MB. */
  residentMb(): Promise<number>;
  stop(): Promise<void>;
}

interface Usage {
  cpu: NodeJS.CpuUsage;
  main: NodeJS.CpuUsage;
  /** Bytes. */
  rss: number;
}

/** What runs in a process of its own; see `server.ts`. */
export type Role = 'system' | 'stub' | 'floor' | 'socket-io';

/** `options` are those of the system. */
export async function startChild(role: Role, options: Partial<SystemOptions> = {}): Promise<Child> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'server.ts'), [role, JSON.stringify(options)], {
    stdio: 'inherit',
  });
  const [{ origin }] = (await once(child, 'message')) as [{ origin: string }];
  const usage = async () => {
    child.send({ ask: 'usage' });
    const [answer] = (await once(child, 'message')) as [Usage];
    return answer;
  };
  const sum = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;
  return {
    origin,
    send: (message) => child.send(message),
    cpuMs: async () => sum((await usage()).cpu),
    mainCpuMs: async () => sum((await usage()).main),
    residentMb: async () => (await usage()).rss / 2 ** 20,
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
