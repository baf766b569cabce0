/** Starts `serve.ts` and stops it, gently or with kill -9. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Served {
  origin: string;
  port: number;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

export async function serve(assembly: string, data: string, port = 0): Promise<Served> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'serve.ts'), [assembly, data, String(port)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The system did not start (exit ${code}).`);
    }),
  ])) as [{ origin: string }];
  return {
    origin: message.origin,
    port: Number(new URL(message.origin).port),
    async kill(signal) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}
