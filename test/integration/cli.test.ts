import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../bin/cli.ts';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import { wordsOf } from '../../bin/words.ts';
import { startTestSystem } from '../support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system?.close());

async function cli(...argv: string[]): Promise<string[]> {
  const lines: string[] = [];
  await run([...argv, '--url', system.origin], (line) => lines.push(line));
  return lines;
}

const post = (key: string, machineId: string) =>
  fetch(`${system.origin}/api/pulses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ machineId, firstSeq: 1, pulses: [{ at: Date.now(), count: 1 }] }),
  });

describe('the command line', () => {
  test('token prints a bare access token of the user', async () => {
    const [token = '', ...rest] = await cli('token', 'operator');
    expect(rest).toEqual([]);
    const me = await fetch(`${system.origin}/api/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(await me.json()).toMatchObject({
      principal: { sub: 'operator' },
      roles: ['operator'],
      units: ['line:north'],
    });
  });

  test('users and groups list what there is, for whom', async () => {
    expect((await cli('users')).find((line) => line.startsWith('shift-lead'))).toContain('line:south');
    const factory = async (user: string) =>
      (await cli('groups', '--as', user))
        .map((line) => line.split(' ')[0])
        .filter((group) => group?.startsWith('factory/'));
    expect(await factory('operator')).toEqual(['factory/line/north']);
    expect(await factory('cook')).toEqual([]);
  });

  test('device makes a key that posts, lists it without the key, and revokes it', async () => {
    const key = (await cli('device', 'add', 'probe', '--machine', 'loom-1')).at(-1) ?? '';
    expect((await post(key, 'loom-1')).status).toBe(202);
    expect((await post(key, 'loom-2')).status).toBe(403);
    const listed = await cli('device', 'list');
    expect(listed.find((line) => line.startsWith('probe'))).toMatch(/loom-1 +active/);
    expect(listed.join('\n')).not.toContain(key);
    await cli('device', 'revoke', 'probe');
    expect((await post(key, 'loom-1')).status).toBe(401);
    expect((await cli('device', 'list')).find((line) => line.startsWith('probe'))).toContain('revoked');
  });

  test('tail prints the frames of a group as JSON, and says why it may not', async () => {
    const frames = cli('tail', 'factory/line/north', '--as', 'operator', '--count', '10');
    const key = (await cli('device', 'add', 'tailed', '--machine', 'loom-3')).at(-1) ?? '';
    let seq = 1;
    const more = setInterval(() => {
      const body = { machineId: 'loom-3', firstSeq: seq, pulses: [{ at: Date.now(), count: 1 }] };
      seq += 1;
      void fetch(`${system.origin}/api/pulses`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify(body),
      });
    }, 100);
    const lines = (await frames).map((line) => JSON.parse(line) as { type: string });
    clearInterval(more);
    // Pushes may overtake the answer, and on a busy machine more than one does.
    expect(lines).toHaveLength(10);
    expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(['events', 'subscribed']));
    await expect(cli('tail', 'factory/line/south', '--as', 'operator')).rejects.toThrow('factory/line/south');
  });

  test('simulate posts real pulses at a rate, and ends by itself when told', async () => {
    const lines = await cli('simulate', '--machine', 'loom-4', '--rate', '600', '--seconds', '2');
    const sent = Number(/^(\d+) pulses sent/.exec(lines.at(-1) ?? '')?.[1]);
    expect(sent).toBeGreaterThanOrEqual(19);
    const admin = await signIn(system.origin, 'admin');
    const group = await fetch(`${system.origin}/api/groups/factory/line/north`, {
      headers: { authorization: `Bearer ${admin}` },
    });
    const { snapshot } = (await group.json()) as { snapshot: { key: string; data: { counter: number } }[] };
    expect(snapshot.find((item) => item.key === 'loom-4')?.data.counter).toBe(sent);
  });

  test('broadcast sends a test to one group or to all, and is for admins', async () => {
    const frames = cli('tail', 'factory/line/north', '--as', 'operator', '--count', '2');
    const group = 'factory/line/north';
    const again = setInterval(
      () => void cli('broadcast', group, '--text', 'A test').catch(() => undefined),
      200,
    );
    const lines = await frames;
    clearInterval(again);
    expect(lines.join('\n')).toContain('"text":"A test"');
    expect((await cli('broadcast', '--all')).at(-1)).toMatch(/^Sent to \d+ groups\.$/);
    await expect(cli('broadcast', group, '--as', 'operator')).rejects.toThrow('403');
    await expect(cli('broadcast')).rejects.toThrow('broadcast GROUP');
  });

  test('bill prices what the local cloud counted, and says where else to look', async () => {
    const paid = async (name: string) => {
      const line = (await cli('bill')).find((one) => one.startsWith(name)) ?? '';
      const [amount = '', cost = ''] = line.slice(name.length).trim().split(/ +/);
      return { amount: Number(amount.replaceAll(',', '')), cost: Number(cost.slice(1)) };
    };
    const http = 'HTTP requests, 512 KB each';
    const before = await paid(http);
    await fetch(`${system.origin}/api/groups`);
    const after = await paid(http);
    expect(after.amount).toBeGreaterThan(before.amount);
    expect(after.cost).toBeCloseTo(after.amount / 1e6, 6);
    expect((await cli('bill')).join('\n')).toMatch(/us-east-1, USD, 2026-11[\s\S]*in all +\$0\.\d*[1-9]/);
    const site = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end('<!doctype html>'),
    );
    await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
    const { port } = site.address() as AddressInfo;
    await expect(run(['bill', '--url', `http://127.0.0.1:${port}`], () => undefined)).rejects.toThrow(
      'is no local cloud',
    );
    await new Promise((closed) => site.close(closed));
  });

  test('what it does not know, or cannot reach, it says in words', async () => {
    await expect(cli('dance')).rejects.toThrow('There is no verb "dance"');
    await expect(cli('token')).rejects.toThrow('Whose token?');
    await expect(cli('token', 'nobody')).rejects.toThrow('does not know "nobody"');
    await expect(cli('simulate', '--rate', 'many')).rejects.toThrow('--rate takes a whole number');
    const nowhere = run(['groups', '--url', 'http://127.0.0.1:9'], () => undefined);
    expect(wordsOf(await nowhere.catch((error: unknown) => error))).toContain('Nothing answers');
  });
});
