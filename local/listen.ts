import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The port is taken, or the address cannot be listened on. */
export class ListenError extends Error {
  override name = 'ListenError';
}

export interface Listener {
  port: number;
  /** Serves a connection that did not come over the port. */
  accept(socket: Duplex): void;
  close(): Promise<void>;
}

export interface Handlers {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Tokens travel in headers and URLs; a function must be able to refuse one that is far too long by itself. */
const maxHeaderSize = 2 * 1024 * 1024;
/** Longer than the 60 s for which clients usually keep a connection, so that they close first. */
const keepAliveTimeout = 75_000;

const code = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

interface Open {
  server: Server;
  /** Every connection, those that became WebSockets included, which the server itself forgets. */
  sockets: Set<Socket>;
}

function listenOn(handlers: Handlers, port: number, host: string): Promise<Open> {
  const sockets = new Set<Socket>();
  const server = createServer({ maxHeaderSize, keepAliveTimeout, noDelay: true }, (request, response) =>
    handlers.request(request, response),
  );
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => handlers.upgrade(request, socket, head));
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      server.removeListener('error', reject);
      resolve({ server, sockets });
    });
  });
}

async function close({ server, sockets }: Open): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
}

/**
 * Listens on `host`, and for the loopback address on IPv6 too: `localhost` may mean either. Port 0 takes a free one.
 * Throws {@link ListenError} in one line when the port is taken.
 */
export async function listen(handlers: Handlers, port: number, host: string): Promise<Listener> {
  for (let attempt = 1; ; attempt++) {
    const servers: Open[] = [];
    try {
      const first = await listenOn(handlers, port, host);
      servers.push(first);
      const actual = (first.server.address() as AddressInfo).port;
      if (host === '127.0.0.1') {
        try {
          servers.push(await listenOn(handlers, actual, '::1'));
        } catch (error) {
          // A machine without IPv6 is fine; another program on the same port of ::1 is not.
          if (code(error) === 'EADDRINUSE') throw error;
        }
      }
      return {
        port: actual,
        accept: (socket) => void first.server.emit('connection', socket),
        async close() {
          await Promise.all(servers.map(close));
        },
      };
    } catch (error) {
      await Promise.all(servers.map(close));
      if (code(error) === 'EADDRINUSE' && port === 0 && attempt < 5) continue;
      throw new ListenError(
        code(error) === 'EADDRINUSE'
          ? `port ${port} is in use`
          : `cannot listen on ${host}:${port}: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
}
