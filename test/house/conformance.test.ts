import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Outcome, reportOf, rulesOf, verdictsOf } from '../conformance/report.ts';
import { root } from './source.ts';

const rules = rulesOf(`
- **A-1** (wire) The first.
- **A-2** (wire) The second.
- **B-1** Not of the wire.
- **B-2** Nor this.
`);
/** The ids are put in here, lest these names count as proofs. */
const outcome = (ids: string[], text: string, state: Outcome['state'], words = ''): Outcome => ({
  name: [...ids.map((id) => `[${id}]`), text].join(' '),
  state,
  words,
});

describe('the report', () => {
  test('a rule passes with its tests, fails with one of them, and is not run without one that ran', () => {
    const verdicts = verdictsOf(rules, [
      outcome(['A-1', 'B-1'], 'two rules at once', 'passed'),
      outcome(['A-1'], 'and this does not', 'failed', 'expected 1 to be 2'),
      outcome(['A-2'], 'needs a cook', 'skipped', 'no token'),
    ]);
    expect(verdicts.map(({ rule, state }) => [rule.id, state])).toEqual([
      ['A-1', 'failed'],
      ['A-2', 'not run'],
      ['B-1', 'passed'],
    ]);
    expect(reportOf(verdicts).split('\n')).toEqual([
      'FAILED   A-1      The first.',
      '         + two rules at once',
      '         x and this does not: expected 1 to be 2',
      'NOT RUN  A-2      The second.',
      '         - needs a cook: no token',
      'PASSED   B-1      Not of the wire.',
      '         + two rules at once',
      '',
      '3 rules: 1 passed, 1 failed, 1 not run',
    ]);
  });

  test('a rule of the wire that no test carries shows', () => {
    expect(reportOf(verdictsOf(rules, []))).toContain('no test carries it');
  });
});

/** Runs the command against an address, with a token for each user. */
async function conformance(url: string): Promise<{ code: number; text: string }> {
  const tokens = ['admin', 'shift-lead', 'operator', 'cook'].flatMap((user) => [
    `--token-${user}`,
    'e30.e30.x',
  ]);
  return await new Promise((resolve) => {
    const main = join(root, 'test/conformance/main.ts');
    execFile(process.execPath, [main, '--url', url, ...tokens], (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), text: stdout + stderr }),
    );
  });
}

describe('the command', () => {
  test('a server that answers everything with 200 and refuses every socket fails', async () => {
    const server = createServer((request, response) => {
      const config = { api: '/api', live: '/live', version: 'broken' };
      response.end(JSON.stringify(request.url === '/config.json' ? config : {}));
    });
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { code, text } = await conformance(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.close();
    expect(code).toBe(1);
    expect(text).toMatch(/^FAILED {3}CONN-1 /m);
    expect(text).toMatch(/^FAILED {3}HTTP-3 /m);
    // Sessions of their own need an issuer that can be asked for more tokens.
    expect(text).toMatch(/ 0 passed, \d+ failed, 3 not run/);
  });

  test('an address where nothing answers is told in one line', async () => {
    const { code, text } = await conformance('http://127.0.0.1:9');
    expect(code).toBe(1);
    expect(text.trim()).toMatch(/^Nothing answers at http:\/\/127\.0\.0\.1:9\..*$/);
  });
});
