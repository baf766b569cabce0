import { get } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { type Handlers, type Listener, listen } from '../../../local/listen.ts';

const handlers: Handlers = {
  request: ({ url }, response) => void response.end(`answer to ${url}`),
  upgrade: (_request, socket) => void socket.destroy(),
};

const ask = (socketPath: string | undefined): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ socketPath, path: '/x', agent: false }, (response) => resolve(text(response))).on('error', reject);
  });

const onPort = async ({ port }: Listener): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}/x`)).text();

describe.runIf(process.platform === 'linux')('the way of the functions', () => {
  test('answers as the port does, and is gone with it', async () => {
    const listener = await listen(handlers, 0, '127.0.0.1');
    expect(await ask(listener.pipe)).toBe('answer to /x');
    expect(await onPort(listener)).toBe('answer to /x');
    await listener.close();
    await expect(ask(listener.pipe)).rejects.toThrow('ECONNREFUSED');
    const again = await listen(handlers, listener.port, '127.0.0.1');
    expect(await ask(again.pipe)).toBe('answer to /x');
    await again.close();
  });

  test('a name that is taken leaves the port, and what is there is left alone', async () => {
    const first = await listen(handlers, 0, '127.0.0.1');
    const { port } = first;
    await first.close();
    const other = createServer((socket) => socket.resume().end('HTTP/1.1 200 OK\r\n\r\nother'));
    await new Promise<void>((resolve) => other.listen({ path: first.pipe }, resolve));
    const second = await listen(handlers, port, '127.0.0.1');
    expect(second.pipe).toBeUndefined();
    expect(await onPort(second)).toBe('answer to /x');
    await second.close();
    expect(await ask(first.pipe)).toBe('other');
    await new Promise((resolve) => other.close(resolve));
  });
});
