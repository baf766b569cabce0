/** Sign-in with OpenID Connect: authorization code with PKCE. Loaded only when somebody signs in or a token is renewed. */
import * as oauth from 'oauth4webapi';

export interface Tokens {
  access: string;
  refresh?: string;
  /** For signing out at the issuer. */
  id?: string;
  /** When the access token ends, epoch ms. */
  expiresAt: number;
}

export interface Provider {
  issuer: string;
  clientId: string;
  audience?: string | undefined;
}

/** What must survive the visit to the issuer. */
export interface Pending {
  verifier: string;
  state: string;
  nonce: string;
}

const client = ({ clientId }: Provider): oauth.Client => ({ client_id: clientId });

/** Plain http only towards this machine: a local cloud has no certificate. */
function options(provider: Provider) {
  const { hostname, protocol } = new URL(provider.issuer);
  const local = protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  return { [oauth.allowInsecureRequests]: local };
}

async function discover(provider: Provider): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(provider.issuer);
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...options(provider) });
  return oauth.processDiscoveryResponse(issuer, response);
}

function tokensOf(answer: oauth.TokenEndpointResponse, before?: Tokens): Tokens {
  const refresh = answer.refresh_token ?? before?.refresh;
  const id = answer.id_token ?? before?.id;
  return {
    access: answer.access_token,
    expiresAt: Date.now() + (answer.expires_in ?? 300) * 1000,
    ...(refresh === undefined ? {} : { refresh }),
    ...(id === undefined ? {} : { id }),
  };
}

/** Where to send the browser, and what to keep until it returns to `redirectUri`. */
export async function beginSignIn(
  provider: Provider,
  redirectUri: string,
): Promise<{ url: string; pending: Pending }> {
  const server = await discover(provider);
  if (server.authorization_endpoint === undefined)
    throw new Error('The issuer has no authorization endpoint.');
  const pending: Pending = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
  };
  const url = new URL(server.authorization_endpoint);
  const query: Record<string, string> = {
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: 'S256',
    state: pending.state,
    nonce: pending.nonce,
    // OIDC gives `offline_access` only with consent; an issuer that knows its own apps does not ask.
    prompt: 'consent',
    ...resourceOf(provider),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return { url: url.href, pending };
}

/** Trades the code in `current` for tokens. Throws when the issuer refused or the answer is not to our question. */
export async function finishSignIn(
  provider: Provider,
  redirectUri: string,
  current: URL,
  pending: Pending,
): Promise<Tokens> {
  const server = await discover(provider);
  const params = oauth.validateAuthResponse(server, client(provider), current, pending.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client(provider),
    oauth.None(),
    params,
    redirectUri,
    pending.verifier,
    { ...options(provider), additionalParameters: resourceOf(provider) },
  );
  return tokensOf(
    await oauth.processAuthorizationCodeResponse(server, client(provider), response, {
      expectedNonce: pending.nonce,
      requireIdToken: true,
    }),
  );
}

/** RFC 8707 takes URIs only; an issuer whose audience is a plain name has it as its default. */
const resourceOf = ({ audience }: Provider): Record<string, string> =>
  audience !== undefined && URL.canParse(audience) ? { resource: audience } : {};

/** Trades the refresh token for new tokens; undefined when the issuer says that the session has ended. */
export async function renew(provider: Provider, tokens: Tokens): Promise<Tokens | undefined> {
  if (tokens.refresh === undefined) return undefined;
  const server = await discover(provider);
  const response = await oauth.refreshTokenGrantRequest(
    server,
    client(provider),
    oauth.None(),
    tokens.refresh,
    {
      ...options(provider),
      additionalParameters: resourceOf(provider),
    },
  );
  try {
    return tokensOf(await oauth.processRefreshTokenResponse(server, client(provider), response), tokens);
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') return undefined;
    throw error;
  }
}

/** Where the issuer ends its own session; undefined when it offers no such page. */
export async function signOutUrl(
  provider: Provider,
  tokens: Tokens,
  returnTo: string,
): Promise<string | undefined> {
  const server = await discover(provider);
  if (server.end_session_endpoint === undefined) return undefined;
  const url = new URL(server.end_session_endpoint);
  url.searchParams.set('client_id', provider.clientId);
  url.searchParams.set('post_logout_redirect_uri', returnTo);
  if (tokens.id !== undefined) url.searchParams.set('id_token_hint', tokens.id);
  return url.href;
}
