/** A child process of a bench: the whole system, or the baseline. Answers `cpu` with what the process has used so far. */
import { WebSocketServer } from 'ws';
import { seed } from '../bin/demo/seed.ts';
import { startSystem } from '../bin/system.ts';

const [what = '', assembly = '', pollMs = '0'] = process.argv.slice(2);
const say = (message: object) => process.send?.(message);

if (what === 'system') {
  const system = await startSystem({
    assembly,
    port: 0,
    log: () => undefined,
    ...(Number(pollMs) > 0 ? { pollMs: Number(pollMs) } : {}),
  });
  await seed(system.origin);
  say({ origin: system.origin });
} else {
  // The floor: one process that holds the sockets and sends, without tables, log, rights or another function.
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.once('listening', () => {
    const address = server.address();
    say({ origin: `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` });
  });
  process.on('message', (message: { broadcast?: string }) => {
    if (message.broadcast === undefined) return;
    for (const socket of server.clients) socket.send(message.broadcast);
  });
}

process.on('message', (message: { ask?: string }) => {
  if (message.ask === 'cpu') say({ cpu: process.cpuUsage(), rss: process.memoryUsage().rss });
});
process.once('disconnect', () => process.exit(0));
