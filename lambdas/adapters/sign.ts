/**
 * AWS Signature Version 4 for many small POSTs to one host. All but path and body stays the same for a second, so it is
 * prepared once a second, and a body that goes to many recipients is hashed once: what is left for each request is one
 * hash and one HMAC.
 */
import { createHmac, createSecretKey, hash } from 'node:crypto';

/** Signs a request with `body` to `path` (as it goes over the wire, without a query); its headers. */
export type Sign = (path: string, body: string) => Record<string, string>;

export interface SignerOptions {
  /** As AWS names it in a scope: `execute-api`, `lambda`. */
  service: string;
  /** @default 'POST' */
  method?: 'POST' | 'DELETE';
  /** With a port when it is not the scheme's own. */
  host: string;
  /** Further headers of each request, names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** Epoch ms. @default Date.now */
  now?: () => number;
}

/** Bodies whose hash is remembered: a batch has few distinct frames, each for many connections. */
const maxBodies = 64;

/** Signs with the credentials and region in the environment, where Lambda puts those of the function's role. */
export function createSigner({
  service,
  method = 'POST',
  host,
  headers,
  now = Date.now,
}: SignerOptions): Sign {
  const bodies = new Map<string, string>();
  let second = Number.NaN;
  let prepared = prepare(new Date(0));

  function prepare(time: Date) {
    const {
      AWS_ACCESS_KEY_ID: id = '',
      AWS_SECRET_ACCESS_KEY: secret = '',
      AWS_SESSION_TOKEN: token = '',
      AWS_REGION: region = 'us-east-1',
    } = process.env;
    const stamp = time.toISOString().replace(/[-:]|\.\d{3}/g, '');
    const day = stamp.slice(0, 8);
    const sent: Record<string, string> = {
      ...headers,
      host,
      'x-amz-date': stamp,
      ...(token === '' ? {} : { 'x-amz-security-token': token }),
    };
    const names = Object.keys(sent).sort();
    const scope = `${day}/${region}/${service}/aws4_request`;
    const key = [day, region, service, 'aws4_request'].reduce(
      (made, part) => createHmac('sha256', made).update(part).digest(),
      Buffer.from(`AWS4${secret}`),
    );
    return {
      sent,
      // An HMAC with a Buffer makes such an object each time, which takes several times as long as the HMAC.
      key: createSecretKey(key),
      toSign: `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n`,
      canonical: `\n\n${names.map((name) => `${name}:${sent[name]}\n`).join('')}\n${names.join(';')}\n`,
      authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names.join(';')}, Signature=`,
    };
  }

  function hashOf(text: string) {
    const known = bodies.get(text);
    if (known !== undefined) return known;
    if (bodies.size >= maxBodies) bodies.clear();
    const made = hash('sha256', text);
    bodies.set(text, made);
    return made;
  }

  return (path, body) => {
    const time = now();
    if (Math.floor(time / 1000) !== second) {
      second = Math.floor(time / 1000);
      prepared = prepare(new Date(time));
    }
    const { sent, key, toSign, canonical, authorization } = prepared;
    const request = `${method}\n${escapePath(path)}${canonical}${hashOf(body)}`;
    const signature = createHmac('sha256', key)
      .update(toSign + hash('sha256', request))
      .digest('hex');
    return { ...sent, authorization: authorization + signature };
  };
}

/** In what is signed, each segment of the path is encoded once more than on the wire (all services but S3). */
function escapePath(path: string): string {
  return path
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replace(
        /[!'()*]/g,
        (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join('/');
}
