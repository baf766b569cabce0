/**
 * A real OpenID Connect issuer for the laptop: panva's `oidc-provider` with users given in a list. Authorization code
 * with PKCE for browsers, refresh tokens, JWT access tokens. It is mounted beside the local cloud and knows only the
 * users and the client that it is given.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import Provider, { type Configuration } from 'oidc-provider';
import { languageOf, signedOutPage, signInPage, signOutPage, styles } from './pages.ts';
import { openIssuerStore } from './store.ts';

/** A user who can sign in; the password is the name. Members besides `name` go into the access token as claims. */
export interface LocalUser {
  /** Sign-in name, and the token's `sub`. */
  name: string;
  claims: Readonly<Record<string, unknown>>;
}

export interface IssuerOptions {
  /** Where the issuer is reached, path included: `http://localhost:8787/auth`. It is the tokens' `iss`. */
  issuer: string;
  users: readonly LocalUser[];
  clientId: string;
  /** Pages that may receive the code; the first one's origin may call the token endpoint. */
  redirectUris: readonly string[];
  /** `aud` of access tokens. */
  audience: string;
  /** Life of an access token in seconds. @default 900 */
  accessTokenSeconds?: number;
  /** Database file; `:memory:` keeps nothing. */
  file: string;
}

export interface Issuer {
  /** Serves a request whose `url` has the mount path cut off and whose `originalUrl` has it. */
  handler(request: IncomingMessage & { originalUrl?: string }, response: ServerResponse): void;
  close(): void;
}

/** One resource server, the default for every request: clients need not name it. A resource must be a URI. */
const resource = 'urn:local:api';
const scope = 'openid profile offline_access';
const maxForm = 4096;

export async function createIssuer(options: IssuerOptions): Promise<Issuer> {
  const store = openIssuerStore(options.file);
  const { jwks, cookieKeys } = await store.secrets();
  const users = new Map(options.users.map((user) => [user.name, user]));
  const path = new URL(options.issuer).pathname.replace(/\/$/, '');
  const styleHash = createHash('sha256').update(styles).digest('base64');
  const pageHeaders = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'`,
  };

  const configuration: Configuration = {
    adapter: store.adapter,
    jwks: jwks as NonNullable<Configuration['jwks']>,
    cookies: { keys: cookieKeys },
    clients: [
      {
        client_id: options.clientId,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [...options.redirectUris],
        post_logout_redirect_uris: [...options.redirectUris],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    findAccount: (_context, id) =>
      users.has(id) ? { accountId: id, claims: () => ({ sub: id, name: id }) } : undefined,
    claims: { openid: ['sub'], profile: ['name'] },
    scopes: scope.split(' '),
    pkce: { required: () => true },
    // The page of the redirect URI calls the token endpoint from its own origin.
    clientBasedCORS: (_context, origin, client) =>
      (client.redirectUris ?? []).some((uri) => new URL(uri).origin === origin),
    loadExistingGrant: async (context) => {
      const { client, session } = context.oidc;
      const accountId = session?.accountId;
      if (client === undefined || accountId === undefined) return undefined;
      return grantAll(accountId, client.clientId);
    },
    issueRefreshToken: async (_context, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    extraTokenClaims: (_context, token) => {
      const user = 'accountId' in token ? users.get(token.accountId ?? '') : undefined;
      // All tokens of one sign-in share its grant: by `sid` an application knows them as one session.
      return user === undefined
        ? undefined
        : { ...user.claims, ...('grantId' in token ? { sid: token.grantId } : {}) };
    },
    interactions: { url: (_context, interaction) => `${path}/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: options.accessTokenSeconds ?? 900,
      AuthorizationCode: 60,
      Grant: 14 * 86_400,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: 14 * 86_400,
      Session: 14 * 86_400,
    },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope,
          audience: options.audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
      rpInitiatedLogout: {
        logoutSource: (context, form) => {
          context.set(pageHeaders);
          context.body = signOutPage(languageOf(context.get('accept-language')), form);
        },
        postLogoutSuccessSource: (context) => {
          context.set(pageHeaders);
          context.body = signedOutPage(languageOf(context.get('accept-language')));
        },
      },
    },
  };

  const provider = new Provider(options.issuer, configuration);
  provider.proxy = false;
  const callback = provider.callback();

  /** Every user may use every scope here: a consent page would only be in the way. */
  async function grantAll(accountId: string, clientId: string) {
    const grant = new provider.Grant({ accountId, clientId });
    grant.addOIDCScope(scope);
    grant.addResourceScope(resource, scope);
    await grant.save();
    return grant;
  }

  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const details = await provider.interactionDetails(request, response);
    const accountId = details.session?.accountId;
    if (details.prompt.name === 'consent' && accountId !== undefined) {
      const grant = await grantAll(accountId, options.clientId);
      await provider.interactionFinished(
        request,
        response,
        { consent: { grantId: grant.jti } },
        { mergeWithLastSubmission: true },
      );
      return;
    }
    const language = languageOf(request.headers['accept-language']);
    const action = `${path}/interaction/${details.uid}`;
    const page = (failed: boolean) =>
      response
        .writeHead(failed ? 401 : 200, pageHeaders)
        .end(signInPage(language, action, [...users.keys()], failed));
    if (request.method !== 'POST') {
      page(false);
      return;
    }
    const form = new URLSearchParams(await readForm(request));
    const name = form.get('name') ?? '';
    if (!users.has(name) || form.get('password') !== name) {
      page(true);
      return;
    }
    await provider.interactionFinished(request, response, { login: { accountId: name } });
  }

  return {
    handler(request, response) {
      if (!request.url?.startsWith('/interaction/')) {
        callback(request, response);
        return;
      }
      signIn(request, response).catch((error: Error) => {
        if (response.headersSent) return;
        // An interaction that expired or was finished already: the page was left open or gone back to.
        response
          .writeHead(400, { 'content-type': 'text/plain; charset=utf-8' })
          .end(`Start the sign-in again. (${error.name})\n`);
      });
    },
    close: () => store.close(),
  };
}

async function readForm(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > maxForm) return '';
  }
  return text;
}
