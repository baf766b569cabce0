import { describe, expect, test } from 'vitest';
import type { Tokens } from '../../web/src/oidc.ts';
import { createSession, type Page } from '../../web/src/session.ts';

const config = { api: '/api', issuer: 'https://id.example/auth', clientId: 'pulsecast-web' };
const tokensKey = 'pulsecast.tokens';

/** A page at an address, with a storage and a clock of its own. */
function pageAt(address: string, stored: Record<string, unknown> = {}) {
  const storage = new Map(Object.entries(stored).map(([key, value]) => [key, JSON.stringify(value)]));
  const seen = { visited: [] as string[], shown: [] as string[], posted: [] as [string, string][] };
  const page: Page = {
    storage: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => void storage.set(key, value),
      removeItem: (key) => void storage.delete(key),
    },
    url: () => new URL(address),
    goTo: (url) => seen.visited.push(url),
    post: async (path, token) => {
      seen.posted.push([path, token]);
    },
    show: (path) => seen.shown.push(path),
    now: () => 1_000_000,
  };
  return { page, storage, seen };
}

type Oidc = typeof import('../../web/src/oidc.ts');
const oidc = (parts: Partial<Oidc>) => async () => parts as Oidc;

const tokens: Tokens = { access: 'a1', refresh: 'r1', expiresAt: 1_000_000 + 600_000 };

describe('the session', () => {
  test('goes to the issuer and returns to where the person was', async () => {
    const pending = { verifier: 'v', state: 's', nonce: 'n' };
    const { page, storage, seen } = pageAt('https://app.example/?kiosk=1#/factory/line/north');
    const load = oidc({
      beginSignIn: async () => ({ url: 'https://id.example/auth?x', pending }),
      finishSignIn: async () => tokens,
    });
    await createSession(config, page, load).signIn();
    expect(seen.visited).toEqual(['https://id.example/auth?x']);

    const back: Page = { ...page, url: () => new URL('https://app.example/?code=c&state=s') };
    const session = createSession(config, back, load);
    await session.begin();
    expect(seen.shown).toEqual(['/?kiosk=1#/factory/line/north']);
    expect(session.signedIn.value).toBe(true);
    expect(await session.token({ fresh: false })).toBe('a1');
    expect([...storage.keys()]).toEqual([tokensKey]);
  });

  test('an answer that nobody asked for is dropped', async () => {
    const { page, seen } = pageAt('https://app.example/?code=stolen&state=s');
    const session = createSession(config, page, oidc({ finishSignIn: async () => tokens }));
    await session.begin();
    expect(session.signedIn.value).toBe(false);
    expect(seen.shown).toEqual(['/']);
  });

  test('renews a token that is about to end, once for all who ask', async () => {
    const { page } = pageAt('https://app.example/', { [tokensKey]: { ...tokens, expiresAt: 1_000_100 } });
    let renewals = 0;
    const load = oidc({
      renew: async () => {
        renewals += 1;
        return { ...tokens, access: 'a2' };
      },
    });
    const session = createSession(config, page, load);
    const asked = [1, 2, 3].map(() => session.token({ fresh: false }));
    expect(await Promise.all(asked)).toEqual(['a2', 'a2', 'a2']);
    expect(renewals).toBe(1);
  });

  test('ends when the issuer refuses to renew, and says so', async () => {
    const { page, storage } = pageAt('https://app.example/', { [tokensKey]: tokens });
    const session = createSession(config, page, oidc({ renew: async () => undefined }));
    expect(await session.token({ fresh: true })).toBeUndefined();
    expect(session.signedIn.value).toBe(false);
    expect(session.problem.value).toBe('ended');
    expect(storage.size).toBe(0);
  });

  test('keeps its tokens when the issuer cannot be reached', async () => {
    const { page } = pageAt('https://app.example/', { [tokensKey]: tokens });
    const load = oidc({ renew: () => Promise.reject(new TypeError('no network')) });
    const session = createSession(config, page, load);
    await expect(session.token({ fresh: true })).rejects.toThrow('no network');
    expect(session.signedIn.value).toBe(true);
    expect(await session.token({ fresh: false })).toBe('a1');
  });

  test('signing out wins over a renewal that is under way', async () => {
    const { page, storage } = pageAt('https://app.example/', { [tokensKey]: tokens });
    let finish: (next: Tokens) => void = () => {};
    const load = oidc({
      renew: () => new Promise((resolve) => (finish = resolve)),
      signOutUrl: async () => undefined,
    });
    const session = createSession(config, page, load);
    const asked = session.token({ fresh: true });
    await Promise.resolve();
    await session.signOut();
    finish({ ...tokens, access: 'late' });
    expect(await asked).toBeUndefined();
    expect(storage.size).toBe(0);
  });
});
