/** Starts a child process of a bench and talks to it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Child {
  origin: string;
  send(message: object): void;
  /** CPU time used so far by all threads, in ms. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

export async function startChild(...args: string[]): Promise<Child> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'server.ts'), args, { stdio: 'inherit' });
  const [{ origin }] = (await once(child, 'message')) as [{ origin: string }];
  return {
    origin,
    send: (message) => child.send(message),
    async cpuMs() {
      child.send({ ask: 'cpu' });
      const [{ cpu }] = (await once(child, 'message')) as [{ cpu: NodeJS.CpuUsage }];
      return (cpu.user + cpu.system) / 1000;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
    },
  };
}
