import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createLink, type LinkSocket } from '../../../local/lambda/link.ts';
import { lambda, role } from '../template/fixture.ts';
import { run } from './fixture.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Both ends of a link; the far one gives its connections to `accept`. */
function linked(accept: (socket: LinkSocket) => void) {
  const { port1, port2 } = new MessageChannel();
  closers.push(() => port1.close());
  createLink(port2, accept);
  return { link: createLink(port1), port: port1 };
}

function served(answer: (call: IncomingMessage, body: string) => string, options = {}): Server {
  return createServer(options, async (call, response) => {
    const body = answer(call, await text(call));
    response.end(body);
  });
}

async function call(open: () => LinkSocket, path: string, body = '', agent?: Agent): Promise<string> {
  const asked = request({
    path,
    method: 'POST',
    ...(agent === undefined ? { createConnection: open } : { agent }),
  });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return text(response);
}

describe('a link', () => {
  test('carries HTTP both ways: any text, nothing, and megabytes', async () => {
    const server = served(({ url }, body) => `${url} ${body}`);
    const { link } = linked((socket) => server.emit('connection', socket));
    const long = 'ж'.repeat(3_000_000);
    const bodies = ['', 'hello', 'привет 🧵', long];
    const answers = await Promise.all(bodies.map((body) => call(link.connect, '/x', body)));
    expect(answers).toEqual(bodies.map((body) => `/x ${body}`));
  });

  test('keeps a connection for the next request', async () => {
    const sockets = new Set<unknown>();
    const server = served((incoming) => {
      sockets.add(incoming.socket);
      return 'ok';
    });
    const { link } = linked((socket) => server.emit('connection', socket));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agent.createConnection = link.connect;
    for (let round = 0; round < 5; round += 1) await call(link.connect, '/', '', agent);
    expect(sockets.size).toBe(1);
    agent.destroy();
  });

  test('many requests of one turn go in few messages', async () => {
    const server = served(() => 'ok');
    const { link, port } = linked((socket) => server.emit('connection', socket));
    const post = vi.spyOn(port, 'postMessage');
    await Promise.all(Array.from({ length: 100 }, () => call(link.connect, '/', 'x'.repeat(300))));
    // 100 of some 400 bytes in messages of 16 KB and more, and what closes them.
    expect(post.mock.calls.length).toBeLessThan(20);
  });

  test('ends at the other side when one side has ended, with all that was written before', async () => {
    const { link } = linked((socket) => socket.end('all of it'));
    expect(await text(link.connect())).toBe('all of it');
  });

  test('a side that is destroyed ends the other, and what was on its way opens nothing', async () => {
    const heard: string[] = [];
    const first = Promise.withResolvers<LinkSocket>();
    const second = Promise.withResolvers<void>();
    const { link } = linked((socket) => {
      first.resolve(socket);
      socket.on('data', (bytes) => heard.push(`${bytes}`)).on('end', () => second.resolve());
    });
    const near = link.connect();
    const closed = once(near, 'close');
    const far = await first.promise;
    far.destroy();
    near.write('to nobody');
    link.connect().end('to somebody');
    await Promise.all([closed, second.promise]);
    expect(heard).toEqual(['to somebody']);
  });

  test('a server that tires of an idle connection closes it', async () => {
    const { link } = linked((socket) => {
      socket.setTimeout(20, () => socket.destroy());
    });
    await once(link.connect(), 'close');
  });

  test('silence is told once it has lasted, and not while something comes', async () => {
    const { link } = linked((socket) => socket.resume());
    const socket = link.connect();
    const started = performance.now();
    socket.setTimeout(40);
    const writing = setInterval(() => socket.write('x'), 10);
    setTimeout(() => clearInterval(writing), 80);
    await once(socket, 'timeout');
    expect(performance.now() - started).toBeGreaterThan(100);
    socket.destroy();
  });

  test('a port that closes ends all', async () => {
    const accepted: LinkSocket[] = [];
    const { link, port } = linked((socket) => accepted.push(socket));
    const near = link.connect();
    await vi.waitFor(() => expect(accepted).toHaveLength(1));
    const both = Promise.all([once(near, 'close'), once(accepted[0] as LinkSocket, 'close')]);
    port.close();
    await both;
  });
});

test('a function that runs out of time leaves no open connection behind', async () => {
  const cut = Promise.withResolvers<void>();
  const server = createServer((incoming) => incoming.socket.once('close', () => cut.resolve()));
  await using cloud = await run(
    {
      Role: role('r'),
      F: lambda('f', `exports.handler = () => fetch('https://dynamodb.us-east-1.amazonaws.com/')`, {
        Timeout: 1,
      }),
    },
    { accept: (socket) => void server.emit('connection', socket) },
  );
  const { error } = await cloud.lambdas.invoke('f', {});
  expect(error?.errorType).toBe('Sandbox.Timedout');
  await cut.promise;
});
