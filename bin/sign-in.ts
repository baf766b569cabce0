/**
 * Signs a user in without a browser: the same authorization code flow with PKCE that the page uses, the form of the
 * local issuer posted by hand. For the command line and for tests; a deployed stack's issuer has pages of its own.
 */
import * as oauth from 'oauth4webapi';

/** What the site says of itself at `/config.json`. */
export interface SiteConfig {
  api: string;
  live: string;
  issuer: string;
  clientId: string;
  audience: string;
  version: string;
  domains: string[];
}

export async function siteConfig(url: string): Promise<SiteConfig> {
  const response = await fetch(new URL('/config.json', url));
  if (!response.ok)
    throw new Error(`${url} answers ${response.status} for /config.json: is this a Pulsecast site?`);
  return (await response.json()) as SiteConfig;
}

/** An access token for `name`. @throws when the issuer does not take name and password. */
export async function signIn(url: string, name: string, password = name): Promise<string> {
  const { issuer: issuerUrl, clientId } = await siteConfig(url);
  const issuer = new URL(issuerUrl);
  const insecure = { [oauth.allowInsecureRequests]: issuer.protocol === 'http:' };
  const server = await oauth
    .discoveryRequest(issuer, insecure)
    .then((response) => oauth.processDiscoveryResponse(issuer, response));
  const client: oauth.Client = { client_id: clientId };
  const verifier = oauth.generateRandomCodeVerifier();
  const redirectUri = new URL('/', issuer).href;

  const request = new URL(server.authorization_endpoint ?? '');
  request.search = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }).toString();

  const landing = await follow(request, redirectUri, new URLSearchParams({ name, password }));
  const parameters = oauth.validateAuthResponse(server, client, landing, oauth.expectNoState);
  const reply = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri,
    verifier,
    insecure,
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, reply);
  return tokens.access_token;
}

/** Follows redirects with their cookies until `target`; the first page that is not a redirect gets `form`. */
async function follow(start: URL, target: string, form: URLSearchParams): Promise<URL> {
  const cookies = new Map<string, string>();
  let next = start;
  let posted = false;
  for (let step = 0; step < 12; step += 1) {
    if (next.href.startsWith(target) && next.searchParams.has('code')) return next;
    const cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join('; ');
    let response = await fetch(next, { redirect: 'manual', headers: { cookie } });
    keep(cookies, response);
    if (response.status === 200 && !posted) {
      posted = true;
      const again = [...cookies].map(([key, value]) => `${key}=${value}`).join('; ');
      response = await fetch(next, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie: again },
        body: form,
      });
      keep(cookies, response);
    }
    const location = response.headers.get('location');
    await response.body?.cancel();
    if (location === null) {
      throw new Error(
        response.status === 401
          ? `The issuer does not know "${form.get('name')}".`
          : `The issuer answers ${response.status}.`,
      );
    }
    next = new URL(location, next);
  }
  throw new Error('The issuer redirects without end.');
}

function keep(cookies: Map<string, string>, response: Response): void {
  for (const header of response.headers.getSetCookie()) {
    const [pair = ''] = header.split(';');
    const equals = pair.indexOf('=');
    cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
}
