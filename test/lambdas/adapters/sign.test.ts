import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Checksum, SourceData } from '@smithy/types';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSigner } from '../../../lambdas/adapters/sign.ts';

const bytesOf = (data: SourceData): Uint8Array =>
  typeof data === 'string'
    ? Buffer.from(data)
    : ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);

/** SHA-256 as the SDK's signer asks for it. */
class Sha256 implements Checksum {
  readonly #hash;
  constructor(secret?: SourceData) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: SourceData): void {
    this.#hash.update(bytesOf(data));
  }
  reset(): void {}
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret/+=');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session//+==');
  vi.stubEnv('AWS_REGION', 'eu-north-1');
});
afterEach(() => vi.unstubAllEnvs());

/** What the SDK's own signer makes of the same request at the same time. */
async function bySdk(request: {
  service: string;
  host: string;
  path: string;
  body: string;
  headers: Record<string, string>;
  time: number;
}) {
  const { AWS_SESSION_TOKEN: sessionToken = '' } = process.env;
  const signer = new SignatureV4({
    service: request.service,
    region: 'eu-north-1',
    credentials: {
      accessKeyId: 'AKIDTEST',
      secretAccessKey: 'secret/+=',
      ...(sessionToken === '' ? {} : { sessionToken }),
    },
    sha256: Sha256,
    applyChecksum: false,
  });
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: 'https:',
      hostname: request.host,
      path: request.path,
      headers: { ...request.headers, host: request.host },
      body: request.body,
    },
    { signingDate: new Date(request.time) },
  );
  return headers;
}

const host = 'abc123.execute-api.eu-north-1.amazonaws.com';
const json = { 'content-type': 'application/json' };

test('[FAN-10] a signature is, byte for byte, that of the SDK for the same request and clock', async () => {
  const headers = { ...json, 'x-amz-invocation-type': 'Event' };
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        // Dot segments are no ids: a URL drops them.
        id: fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
          .filter((id) => id !== '.' && id !== '..'),
        body: fc.string({ unit: 'grapheme', maxLength: 200 }),
        time: fc.integer({ min: 0, max: 4_102_444_800_000 }),
        service: fc.constantFrom('execute-api', 'lambda'),
        session: fc.boolean(),
      }),
      async ({ id, body, time, service, session }) => {
        vi.stubEnv('AWS_SESSION_TOKEN', session ? 'session//+==' : '');
        const path = `/live/@connections/${encodeURIComponent(id)}`;
        const signed = createSigner({ service, host, headers, now: () => time })(path, body);
        expect(signed).toEqual(await bySdk({ service, host, path, body, headers, time }));
      },
    ),
    { numRuns: 200 },
  );
});

test('[FAN-10] one signer follows the clock over seconds and days, and keeps bodies apart', async () => {
  const clock = { now: Date.parse('2026-11-20T23:59:59.400Z') };
  const sign = createSigner({ service: 'execute-api', host, headers: json, now: () => clock.now });
  for (let step = 0; step < 150; step += 1) {
    const request = { service: 'execute-api', host, headers: json, time: clock.now };
    const path = `/live/@connections/c${step}%3D`;
    const body = `{"n":${step % 70}}`;
    expect(sign(path, body)).toEqual(await bySdk({ ...request, path, body }));
    clock.now += 250;
  }
});
