import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../house/source.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeServer } from './fake-server.ts';
import { type Foreign, foreignProject, listen, run } from './foreign.ts';
import { north } from './setup.ts';

let foreign: Foreign;

beforeAll(async () => {
  foreign = await foreignProject('react', 'react-dom', 'scheduler', '@types/react', 'csstype');
}, 120_000);

afterAll(() => foreign.remove());

test('npm finds React to be what the client asks for', async () => {
  const { stdout } = await run('npm', ['ls', '--all', '--json'], { cwd: foreign.folder });
  expect(JSON.parse(stdout).problems).toBeUndefined();
  expect(JSON.parse(stdout).dependencies['@pulsecast/client'].dependencies.react.version).toMatch(/^19\./);
});

test('the hooks are typed by what React itself declares', async () => {
  writeFileSync(
    join(foreign.folder, 'typed.ts'),
    `import * as React from 'react';
import { createClient } from '@pulsecast/client/shared';
import { createHooks } from '@pulsecast/client/react';

const { useItem, useGroup } = createHooks(React);
const client = createClient<{ machine: { counter: number } }>({ live: '/live', api: '/api', token: async () => undefined });
export const counter = (): number | undefined => useItem(client, 'factory/line/north', 'machine', 'loom-1')?.data.counter;
export const shown = (): React.ReactNode => React.createElement('p', null, useGroup(client, 'factory/line/north').status);
// @ts-expect-error: there is no such entity.
useItem(client, 'factory/line/north', 'robot', 'a');
`,
  );
  expect(await foreign.check('typed.ts')).toBe('');
});

/** A page of somebody else, in strict mode; prints what it shows whenever that changes, and ends at a line on its input. */
const page = (
  url: string,
) => `import { Window } from '${pathToFileURL(join(root, 'node_modules/happy-dom/lib/index.js'))}';
const window = new Window({ url: 'http://${url}/' });
Object.assign(globalThis, { window, document: window.document });
const React = await import('react');
const { createRoot } = await import('react-dom/client');
const { createClient } = await import('@pulsecast/client');
const { createHooks } = await import('@pulsecast/client/react');

const { useConnection, useGroup, useItem } = createHooks(React);
const client = createClient({ live: 'ws://${url}/live', api: 'http://${url}/api', token: async () => undefined });

function Line() {
  const { state } = useConnection(client);
  const { status, list } = useGroup(client, '${north}');
  const loom = useItem(client, '${north}', 'machine', 'loom-1');
  return React.createElement('p', null, [state, status, list('machine').length, loom?.data.counter].join(' '));
}

const place = document.body.appendChild(document.createElement('main'));
new window.MutationObserver(() => console.log(place.textContent)).observe(place, { childList: true, characterData: true, subtree: true });
const page = createRoot(place);
page.render(React.createElement(React.StrictMode, null, React.createElement(Line)));
process.stdin.once('data', () => {
  page.unmount();
  setTimeout(() => { client.close(); process.exit(); }, 500);
});
`;

test('a component of React 19 shows a group, changes with an event, and gives the group up when it goes', async () => {
  const server = new FakeServer(new FakeClock());
  server.group(north).write({ 'loom-1': { counter: 41 } });
  const { url, close } = await listen(server);
  writeFileSync(join(foreign.folder, 'page.js'), page(url));
  const child = spawn(process.execPath, ['page.js'], { cwd: foreign.folder, timeout: 60_000 });
  let faults = '';
  child.stderr.on('data', (text) => {
    faults += text;
  });
  try {
    const lines: string[] = [];
    for await (const line of createInterface(child.stdout)) {
      lines.push(line);
      if (line === 'connected live 1 41')
        server.write(north, { 'loom-1': { counter: 42 }, 'loom-2': { counter: 1 } });
      if (line === 'connected live 2 42') child.stdin.write('end\n');
    }
    expect(faults).toBe('');
    expect(lines[0]).toBe('connecting loading 0 ');
    expect(lines.slice(-3)).toEqual(['connected live 1 41', 'connected live 2 42', '']);
    expect(server.sockets).toHaveLength(1);
    expect(server.socket.framesOf('subscribe')).toHaveLength(1);
    expect(server.socket.framesOf('unsubscribe')).toMatchObject([{ groups: [north] }]);
  } finally {
    child.kill();
    close();
  }
});
