/**
 * What a team would write with Socket.IO: one process, a row in SQLite written in a transaction of its own for each
 * event, then sent to everybody in the room. No rights, no log, no recovery, no second process.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { Server as SocketServer } from 'socket.io';

interface Row {
  key: string;
  rev: number;
  data: unknown;
}

export function createSocketIo(): Server {
  const folder = mkdtempSync(join(tmpdir(), 'pulsecast-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const database = new DatabaseSync(join(folder, 'machines.sqlite'));
  // As it is usually set where throughput matters: no flush to the disk for each transaction.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec('CREATE TABLE machine (key TEXT PRIMARY KEY, rev INTEGER NOT NULL, data TEXT NOT NULL)');
  const put = database.prepare(
    'INSERT INTO machine VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET rev = excluded.rev, data = excluded.data',
  );

  const server = createServer(async (request, response) => {
    const row = JSON.parse(await text(request)) as Row;
    database.exec('BEGIN IMMEDIATE');
    put.run(row.key, row.rev, JSON.stringify(row.data));
    database.exec('COMMIT');
    sockets.to('line').emit('event', row);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{}');
  });
  const sockets = new SocketServer(server, { transports: ['websocket'], perMessageDeflate: false });
  sockets.on('connection', (socket) => void socket.join('line'));
  return server;
}
