import { type ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { expect, test } from 'vitest';
import { createDynamoDb } from '../../../local/dynamodb/index.ts';
import { startDynamoDb, streamArn, table, temporaryFolder, withIndex } from './server.ts';

/** Starts the endless writer and waits until it has written so many tens of revisions. */
async function startWriter(path: string, tens: number): Promise<ChildProcess> {
  const file = new URL('writer.ts', import.meta.url).pathname;
  const writer = spawn(process.execPath, [file, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let written = 0;
  for await (const text of on(writer.stdout, 'data')) {
    written += String(text).length;
    if (written >= tens) break;
  }
  return writer;
}

async function kill(writer: ChildProcess): Promise<void> {
  const exit = once(writer, 'exit');
  writer.kill('SIGKILL');
  await exit;
}

test('after kill -9 every revision of every item has its stream record and its index entry', async () => {
  using folder = temporaryFolder();
  const { path } = folder;
  for (let round = 0; round < 4; round++) {
    await kill(await startWriter(path, 20 + 13 * round));
  }
  await using server = await startDynamoDb({ tables: [table('things', withIndex)], path });
  const byKey = (items: Record<string, unknown>[] = []) => items.map(({ pk, rev }) => `${pk} ${rev}`).sort();
  const { Items = [] } = await server.documents.scan({ TableName: 'things' });
  const index = await server.documents.scan({ TableName: 'things', IndexName: 'by-status' });
  const revisions = Items.reduce((total, { rev }) => total + rev, 0);
  const records = await server.dynamo.stream(streamArn('things'))?.read(undefined, 1_000_000);
  expect(revisions).toBeGreaterThan(1000);
  expect(records?.length).toBe(revisions);
  expect(byKey(index.Items)).toEqual(byKey(Items));
});

test('a second process is refused the same folder with one clear line', async () => {
  using folder = temporaryFolder();
  const { path } = folder;
  const writer = await startWriter(path, 1);
  const second = createDynamoDb({
    path,
    clock: Date.now,
    authorize: () => undefined,
    meter: () => undefined,
  });
  await expect(second).rejects.toThrow(`${path} is in use by another local cloud`);
  await kill(writer);
});
