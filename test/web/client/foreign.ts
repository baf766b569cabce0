/** The client as somebody else gets it: built, packed, and installed in a project of theirs, without a registry. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WebSocketServer } from 'ws';
import { buildClient } from '../../../bin/build-client.ts';
import { root } from '../../house/source.ts';
import { type FakeServer, FakeSocket } from './fake-server.ts';

export const run = promisify(execFile);

export interface Foreign {
  /** Where the project is. */
  folder: string;
  /** Type checks a file of the project, by both ways to resolve modules; gives what the compiler says. */
  check(file: string): Promise<string>;
  remove(): void;
}

/** Makes a project that depends on the client and on `packages` of ours. */
export async function foreignProject(...packages: string[]): Promise<Foreign> {
  const work = mkdtempSync(join(tmpdir(), 'pulsecast-package-'));
  const source = join(work, 'source');
  const folder = join(work, 'foreign');
  const env = { ...process.env, npm_config_cache: join(work, 'cache'), npm_config_offline: 'true' };
  for (const each of [source, folder]) mkdirSync(each);
  await buildClient(source);
  const folders = [source, ...packages.map((name) => join(root, 'node_modules', name))];
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', work, ...folders];
  const { stdout } = await run('npm', pack, { env, cwd: source });
  const tarballs = (JSON.parse(stdout) as { filename: string }[]).map(({ filename }) => join(work, filename));
  const name = 'foreign';
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, type: 'module', private: true }));
  await run('npm', ['install', '--no-audit', '--no-fund', ...tarballs], { env, cwd: folder });
  return {
    folder,
    check: (file) => check(folder, file),
    remove: () => rmSync(work, { recursive: true, force: true }),
  };
}

async function check(folder: string, file: string): Promise<string> {
  const strict = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types: [],
    target: 'es2022',
    lib: ['es2022', 'dom'],
  };
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  let told = '';
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    const compilerOptions = { ...strict, module, moduleResolution };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
    told += (await run(process.execPath, [tsc, '-p', folder]).catch((error: { stdout: string }) => error))
      .stdout;
  }
  return told;
}

/** Lets a fake server be reached by real sockets. */
export async function listen(server: FakeServer): Promise<{ url: string; close(): void }> {
  const listener = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'pulsecast.v1' });
  listener.on('connection', (peer) => {
    const socket = new FakeSocket(server, '', []);
    server.sockets.push(socket);
    socket.state = 'open';
    socket.onmessage = (event: { data: string }) => peer.send(event.data);
    peer.on('message', (data) => socket.send(String(data)));
  });
  await new Promise((resolve) => listener.once('listening', resolve));
  return {
    url: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
    close() {
      for (const peer of listener.clients) peer.terminate();
      listener.close();
    },
  };
}
