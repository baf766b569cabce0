import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { ServiceReply } from '../ports.ts';

/** Types and sizes that CloudFront compresses: 1,000 to 10,000,000 bytes, see "Serve compressed files". */
const compressible =
  /^(text\/|application\/(javascript|json|xml|manifest\+json|wasm|yaml|vnd\.|x-javascript)|image\/svg\+xml|font\/(otf|ttf))/;
const [smallest, largest] = [1_000, 10_000_000];

const encode: Record<'br' | 'gzip', (body: Buffer) => Buffer> = {
  br: (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body) => gzipSync(body),
};

/** Compresses replies as a distribution does; what has an ETag is compressed once. */
export function createCompression() {
  const known = new Map<string, Buffer>();
  return (
    reply: ServiceReply,
    allowed: readonly ('br' | 'gzip')[],
    acceptEncoding: string | undefined,
  ): ServiceReply => {
    const body = Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(reply.body);
    const accepted = (acceptEncoding ?? '').split(',').map((one) => one.split(';')[0]?.trim());
    const encoding = allowed.find((one) => accepted.includes(one));
    const type = String(reply.headers['content-type'] ?? '');
    if (
      !encoding ||
      reply.headers['content-encoding'] !== undefined ||
      !compressible.test(type) ||
      body.length < smallest ||
      body.length > largest
    ) {
      return reply;
    }
    const { etag } = reply.headers;
    const key = typeof etag === 'string' ? `${encoding} ${etag}` : undefined;
    const compressed = (key === undefined ? undefined : known.get(key)) ?? encode[encoding](body);
    if (key !== undefined) known.set(key, compressed);
    return {
      ...reply,
      headers: {
        ...reply.headers,
        'content-encoding': encoding,
        vary: 'Accept-Encoding',
        ...(typeof etag === 'string' ? { etag: `W/${etag.replace(/^W\//, '')}` } : {}),
      },
      body: compressed,
    };
  };
}
