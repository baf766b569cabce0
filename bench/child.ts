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
  /** Resident memory, in MB. */
  residentMb(): Promise<number>;
  stop(): Promise<void>;
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
    const [answer] = (await once(child, 'message')) as [{ cpu: NodeJS.CpuUsage; rss: number }];
    return answer;
  };
  return {
    origin,
    send: (message) => child.send(message),
    async cpuMs() {
      const { cpu } = await usage();
      return (cpu.user + cpu.system) / 1000;
    },
    residentMb: async () => (await usage()).rss / 2 ** 20,
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
