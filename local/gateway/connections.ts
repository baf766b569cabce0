import type { WebSocket } from 'ws';
import type { Api, Stage } from './api.ts';
import type { GatewayContext } from './context.ts';

/** One WebSocket connection, from the moment its `$connect` starts. */
export interface Connection {
  id: string;
  api: Api;
  stage: Stage;
  connectedAt: number;
  lastActiveAt: number;
  /** Until when its minutes are metered. */
  meteredAt: number;
  identity: { userAgent?: string; sourceIp: string };
  /** What the `$connect` authorizer handed on. */
  authorizer?: Record<string, unknown>;
  /** Undefined until `$connect` has returned: until then nothing can be posted. */
  socket?: WebSocket;
  /** Set by the side that closes first, when that is the gateway. */
  closedWith?: { code: number; reason: string };
}

/** Bytes that count as one message on the bill. */
const billedBytes = 32 * 1024;

/** How long a client may take to answer a close frame before its socket is cut. */
const closeGraceMs = 2_000;

/** The open connections of all WebSocket APIs: sends, closes, ages and meters them. */
export interface Connections {
  add(connection: Connection): void;
  /** The connection when it can be posted to, i.e. `$connect` has returned and nobody has closed it. */
  open(id: string): Connection | undefined;
  forget(connection: Connection): void;
  /** Sends a message at once; frames above 32 KB are cut, as API Gateway's own limit asks. */
  send(connection: Connection, data: Buffer | string): void;
  /** Counts a message that came in. */
  received(connection: Connection, bytes: number): void;
  close(connection: Connection, code: number, reason: string): void;
  list(): Connection[];
  /** Ends every connection; what still comes in of them is to be ignored. */
  stop(): void;
  readonly stopped: boolean;
}

export function createConnections(context: GatewayContext): Connections {
  const { clock, limits, meter, timeScale } = context;
  const connections = new Map<string, Connection>();
  const idleMs = limits.idleMs / timeScale;
  const lifetimeMs = limits.lifetimeMs / timeScale;

  const meterMinutes = (connection: Connection, now: number): void => {
    meter('websocket.connectionMinutes', connection.api.id, (now - connection.meteredAt) / 60_000);
    connection.meteredAt = now;
  };
  const meterMessage = (connection: Connection, bytes: number): void => {
    connection.lastActiveAt = clock();
    meter('websocket.messages', connection.api.id, Math.max(1, Math.ceil(bytes / billedBytes)));
  };
  const forget = (connection: Connection): void => {
    if (connections.delete(connection.id) && connection.socket) meterMinutes(connection, clock());
  };
  const close = (connection: Connection, code: number, reason: string): void => {
    const { socket } = connection;
    if (connection.closedWith || !socket) return;
    connection.closedWith = { code, reason };
    forget(connection);
    socket.close(code, reason);
    const cut = setTimeout(() => socket.terminate(), closeGraceMs);
    socket.once('close', () => clearTimeout(cut));
  };

  // One sweep for all connections: a timer for each would have to be reset with every message.
  const sweep = setInterval(
    () => {
      const now = clock();
      for (const connection of connections.values()) {
        if (!connection.socket) continue;
        if (now - connection.lastActiveAt >= idleMs || now - connection.connectedAt >= lifetimeMs) {
          close(connection, 1001, 'Going away');
        } else if (now - connection.meteredAt >= 60_000) {
          meterMinutes(connection, now);
        }
      }
    },
    Math.max(5, Math.min(1_000, idleMs / 20, lifetimeMs / 20)),
  );
  sweep.unref();
  let stopped = false;

  return {
    get stopped() {
      return stopped;
    },
    add: (connection) => void connections.set(connection.id, connection),
    open: (id) => {
      const connection = connections.get(id);
      return connection?.socket ? connection : undefined;
    },
    forget,
    send(connection, data) {
      const { socket } = connection;
      if (!socket) return;
      const bytes = typeof data === 'string' ? Buffer.byteLength(data) : data.length;
      meterMessage(connection, bytes);
      if (bytes <= limits.frameBytes) {
        socket.send(data, { binary: false });
        return;
      }
      const whole = Buffer.from(data);
      for (let at = 0; at < bytes; at += limits.frameBytes) {
        const end = at + limits.frameBytes;
        socket.send(whole.subarray(at, end), { binary: false, fin: end >= bytes });
      }
    },
    received: meterMessage,
    close,
    list: () => [...connections.values()],
    stop() {
      stopped = true;
      clearInterval(sweep);
      for (const connection of [...connections.values()]) {
        connection.socket?.close(1001, 'Going away');
        connection.socket?.terminate();
      }
    },
  };
}
