/** Who is signed in, for this tab. Tokens stay in sessionStorage and are renewed when due, one renewal at a time. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Config } from './config.ts';
import type { Pending, Provider, Tokens } from './oidc.ts';

const tokensKey = 'pulsecast.tokens';
const pendingKey = 'pulsecast.sign-in';
/** A token is renewed when less than this is left of it, in ms. */
const marginMs = 30_000;

export interface Session {
  /** Undefined without tokens: the person is anonymous. */
  readonly signedIn: ReadonlySignal<boolean>;
  /** Why signing in failed, or that a session ended by itself. */
  readonly problem: ReadonlySignal<'failed' | 'ended' | undefined>;
  /** False when this deployment has no issuer. */
  readonly possible: boolean;
  /** Completes a sign-in when the browser comes back from the issuer. Call once, first. */
  begin(): Promise<void>;
  signIn(): Promise<void>;
  signOut(): Promise<void>;
  /** The access token to use now, renewed when needed or when `fresh` is asked for; undefined when anonymous. */
  token(request: { fresh: boolean }): Promise<string | undefined>;
}

/** What a session needs of the page; replaced in tests. */
export interface Page {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  url(): URL;
  goTo(url: string): void;
  /** Posts with a bearer token and without a body. Never rejects. */
  post(path: string, token: string): Promise<void>;
  /** Changes the address without a visit. */
  show(path: string): void;
  now(): number;
}

export const browserPage = (): Page => ({
  storage: sessionStorage,
  url: () => new URL(location.href),
  goTo: (url) => location.assign(url),
  post: (path, token) =>
    fetch(path, { method: 'POST', headers: { authorization: `Bearer ${token}` } }).then(
      () => undefined,
      (error) => console.warn(error),
    ),
  show: (path) => history.replaceState(null, '', path),
  now: Date.now,
});

function read<T>(storage: Page['storage'], key: string): T | undefined {
  const text = storage.getItem(key);
  return text === null ? undefined : (JSON.parse(text) as T);
}

export function createSession(
  config: Pick<Config, 'api' | 'issuer' | 'clientId' | 'audience'>,
  page: Page = browserPage(),
  load: () => Promise<typeof import('./oidc.ts')> = () => import('./oidc.ts'),
): Session {
  const provider: Provider | undefined =
    config.issuer === undefined || config.clientId === undefined
      ? undefined
      : { issuer: config.issuer, clientId: config.clientId, audience: config.audience };
  let tokens = read<Tokens>(page.storage, tokensKey);
  let renewal: Promise<void> | undefined;
  const signedIn = signal(tokens !== undefined);
  const problem = signal<'failed' | 'ended' | undefined>(undefined);
  const home = () => `${page.url().origin}/`;

  const keep = (next: Tokens | undefined) => {
    tokens = next;
    if (next === undefined) page.storage.removeItem(tokensKey);
    else page.storage.setItem(tokensKey, JSON.stringify(next));
    signedIn.value = next !== undefined;
  };

  async function renewNow(held: Tokens): Promise<void> {
    if (provider === undefined) return;
    const next = await (await load()).renew(provider, held);
    // A sign-out meanwhile wins.
    if (tokens !== held) return;
    keep(next);
    if (next === undefined) problem.value = 'ended';
  }

  return {
    signedIn,
    problem,
    possible: provider !== undefined,

    async begin() {
      const current = page.url();
      const isAnswer =
        current.searchParams.has('state') &&
        (current.searchParams.has('code') || current.searchParams.has('error'));
      const pending = read<Pending & { returnTo: string }>(page.storage, pendingKey);
      page.storage.removeItem(pendingKey);
      if (!isAnswer) return;
      page.show(pending?.returnTo ?? '/');
      if (provider === undefined || pending === undefined) return;
      try {
        const next = await (await load()).finishSignIn(provider, home(), current, pending);
        keep(next);
      } catch (error) {
        console.warn('Sign-in failed.', error);
        problem.value = 'failed';
      }
    },

    async signIn() {
      if (provider === undefined) return;
      try {
        const { url, pending } = await (await load()).beginSignIn(provider, home());
        const { pathname, search, hash } = page.url();
        page.storage.setItem(pendingKey, JSON.stringify({ ...pending, returnTo: pathname + search + hash }));
        page.goTo(url);
      } catch (error) {
        console.warn('The issuer cannot be reached.', error);
        problem.value = 'failed';
      }
    },

    async signOut() {
      const held = tokens;
      keep(undefined);
      problem.value = undefined;
      if (provider === undefined || held === undefined) return;
      // The server closes the sockets of this session, in whatever tab, and refuses its token from now on.
      await page.post(`${config.api}/logout`, held.access);
      try {
        const url = await (await load()).signOutUrl(provider, held, home());
        if (url !== undefined) page.goTo(url);
      } catch (error) {
        console.warn('The issuer cannot be reached; signed out here only.', error);
      }
    },

    async token({ fresh }) {
      const held = tokens;
      if (held === undefined) return undefined;
      if (fresh || held.expiresAt - page.now() < marginMs) {
        renewal ??= renewNow(held).finally(() => {
          renewal = undefined;
        });
        await renewal;
      }
      return tokens?.access;
    },
  };
}
