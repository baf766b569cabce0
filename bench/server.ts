/**
 * A child process of a bench: the whole system, a baseline, or an endpoint that takes every post. Answers `usage` with
 * what the process has used so far.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { seed } from '../bin/demo/seed.ts';
import { type SystemOptions, startSystem } from '../bin/system.ts';
import type { Role } from './child.ts';
import { createSocketIo } from './socket-io.ts';

const [role, given = '{}'] = process.argv.slice(2) as [Role, string?];
const say = (message: object) => process.send?.(message);

const originOf = ({ port }: AddressInfo, scheme = 'http') => `${scheme}://127.0.0.1:${port}`;

const serve = (server: Server) =>
  server.listen(0, '127.0.0.1', () => say({ origin: originOf(server.address() as AddressInfo) }));

const starts: Record<Role, () => unknown> = {
  async system() {
    const options = JSON.parse(given) as SystemOptions;
    const system = await startSystem({ ...options, port: 0, log: () => undefined });
    await seed(system.origin, ['factory']);
    say({ origin: system.origin });
  },
  stub() {
    serve(
      createServer({ noDelay: true }, (request, response) => {
        request.resume();
        request.on('end', () => response.writeHead(200, { 'content-length': '0' }).end());
      }),
    );
  },
  'socket-io': () => serve(createSocketIo()),
  // One process that holds the sockets and sends, without tables, log, rights or another function.
  floor() {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
    server.once('listening', () => say({ origin: originOf(server.address() as AddressInfo, 'ws') }));
    process.on('message', (message: { broadcast?: string }) => {
      if (message.broadcast === undefined) return;
      for (const socket of server.clients) socket.send(message.broadcast);
    });
  },
};

process.on('message', (message: { ask?: string }) => {
  if (message.ask === 'usage') {
    say({ cpu: process.cpuUsage(), main: process.threadCpuUsage(), rss: process.memoryUsage().rss });
  }
});
process.once('disconnect', () => process.exit(0));
await starts[role]();
