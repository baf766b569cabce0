import { describe, expect, test } from 'vitest';
import { createApi } from '../../web/src/api.ts';

/** Plays answers in order; `undefined` is a network that fails. Records what was asked. */
function server(...answers: (Response | undefined)[]) {
  const asked: { url: string; headers: Headers }[] = [];
  const fetcher = (async (url: string, init: RequestInit) => {
    asked.push({ url, headers: new Headers(init.headers) });
    const answer = answers.shift();
    if (answer === undefined) throw new TypeError('no network');
    return answer;
  }) as typeof fetch;
  return { asked, fetcher };
}

const token = async ({ fresh }: { fresh: boolean }) => (fresh ? 'fresh' : 'held');
const json = (body: object, status = 200) => Response.json(body, { status });

describe('calls to the API', () => {
  test('a command that got no answer is sent once more with the same idempotency key', async () => {
    const { asked, fetcher } = server(undefined, json({ rev: 1 }));
    await createApi('/api', token, fetcher).command('factory', 'clock-in', { line: 'north' });
    expect(asked.map(({ url }) => url)).toEqual([
      '/api/commands/factory/clock-in',
      '/api/commands/factory/clock-in',
    ]);
    const keys = asked.map(({ headers }) => headers.get('idempotency-key'));
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  test('no answer twice is told as such', async () => {
    const { fetcher } = server(undefined, undefined);
    const call = createApi('/api', token, fetcher).command('factory', 'clock-in', {});
    await expect(call).rejects.toMatchObject({ name: 'CallError', code: 'network' });
  });

  test('a token that cannot be renewed is told as no answer', async () => {
    const { fetcher } = server(json({}));
    const api = createApi('/api', () => Promise.reject(new TypeError('no network')), fetcher);
    await expect(api.groups()).rejects.toMatchObject({ code: 'network' });
  });

  test('a refused token is renewed once', async () => {
    const { asked, fetcher } = server(json({}, 401), json({ groups: [] }));
    expect(await createApi('/api', token, fetcher).groups()).toEqual([]);
    expect(asked.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer held', 'Bearer fresh']);
  });

  test('the person comes with roles and units', async () => {
    const principal = { kind: 'user', sub: 'operator', name: 'Ivan' };
    const { fetcher } = server(
      json({ principal, roles: ['operator'], units: ['line:north'], domains: ['factory'] }),
    );
    const me = await createApi('/api', token, fetcher).me();
    expect(me).toEqual({ ...principal, roles: ['operator'], units: ['line:north'] });
  });

  test('a problem document becomes an error with code, faults and the current state', async () => {
    const problem = { code: 'conflict', detail: 'Too late.', current: { rev: 7 }, errors: [] };
    const { fetcher } = server(json(problem, 409));
    const call = createApi('/api', token, fetcher).command('factory', 'set-target', {});
    await expect(call).rejects.toMatchObject({ code: 'conflict', message: 'Too late.', current: { rev: 7 } });
  });

  test('an answer that is no JSON is an error of the server', async () => {
    const { fetcher } = server(new Response('<html>', { status: 502 }));
    await expect(createApi('/api', token, fetcher).groups()).rejects.toMatchObject({ code: 'internal' });
  });
});
