/** Where everything is: `/config.json`, written at deployment. */
export interface Config {
  /** Base of the HTTP API, `/api`. */
  api: string;
  /** The WebSocket URL, or a path of this origin. */
  live: string;
  /** The OIDC issuer; absent when nobody can sign in. */
  issuer?: string;
  clientId?: string;
  /** `aud` of access tokens; if it is a URI it is asked for as resource indicator (RFC 8707). */
  audience?: string;
  version: string;
  /** Enabled domains. */
  domains: readonly string[];
}

/** Reads the configuration. Throws when the server does not answer with one. */
export async function loadConfig(fetcher: typeof fetch = fetch): Promise<Config> {
  const response = await fetcher('/config.json', { cache: 'no-cache' });
  if (!response.ok) throw new Error(`/config.json answered ${response.status}`);
  return (await response.json()) as Config;
}
