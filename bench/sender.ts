/**
 * The sender against the SDK's own client, posting the same frame to a stub endpoint in another process: CPU time per
 * post, posts a second from one process, and what each adds to a cold start.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import aws4 from 'aws4';
import { buildSync } from 'esbuild';
import { createPoster, type Message, signedSend } from '../lambdas/adapters/post.ts';
import type { Sign } from '../lambdas/adapters/sign.ts';
import { eachOf, TokenBucket } from '../lambdas/pacing.ts';
import { functionCode } from '../lib/bundle.ts';
import { startChild } from './child.ts';
import { median, printFigure, printTitle } from './figures.ts';

const frame = JSON.stringify({
  type: 'events',
  groups: [{ group: 'g', offset: 1, events: ['x'.repeat(500)] }],
});

/** As many different ids as a large group has. */
const ids = Array.from({ length: 1000 }, (_, index) => `L0SM9cOFvHcC${index.toString(36).padStart(3, '0')}=`);

const messages: Message[] = ids.map((connectionId) => ({ connectionId, frames: [frame] }));

/** Runs rounds of 1,000 posts for some seconds; CPU time of this process per post in ms, and posts a second. */
async function measure(seconds: number, round: () => Promise<unknown>) {
  for (let warm = 0; warm < 5; warm += 1) await round();
  const cpu = process.cpuUsage();
  const started = performance.now();
  let posts = 0;
  while (performance.now() - started < seconds * 1000) {
    await round();
    posts += ids.length;
  }
  const elapsed = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1000 / posts, perSecond: (posts / elapsed) * 1000 };
}

/** The library's signer in place of ours: it caches the signing key, and is given the hash of the frame. */
function aws4Signer(endpoint: string): Sign {
  const { host } = new URL(endpoint);
  const sha256 = createHash('sha256').update(frame).digest('hex');
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_SESSION_TOKEN = '' } = process.env;
  const credentials = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
  };
  return (path, body) => {
    const headers = { 'content-type': 'application/json', 'x-amz-content-sha256': sha256 };
    const request = {
      host,
      path,
      method: 'POST',
      service: 'execute-api',
      region: 'us-east-1',
      headers,
      body,
    };
    // The caller says the length itself.
    const { 'Content-Length': _, ...signed } = aws4.sign(request, credentials).headers as Record<
      string,
      string
    >;
    return signed;
  };
}

async function posts(): Promise<void> {
  const stub = await startChild('stub');
  const endpoint = `${stub.origin}/live`;
  const client = new ApiGatewayManagementApiClient({ endpoint });
  const bytes = Buffer.from(frame);
  const sdk = await measure(5, () =>
    eachOf(ids, 64, async (ConnectionId) => {
      await client.send(new PostToConnectionCommand({ ConnectionId, Data: bytes }));
    }),
  );
  client.destroy();
  const by = (sign?: Sign) => {
    const post = createPoster({
      send: signedSend(endpoint, 3000, sign),
      bucket: new TokenBucket(1e9, 1e9, Date.now()),
    });
    return measure(5, async () => {
      const report = await post(messages, Date.now() + 10_000);
      if (report.posts !== ids.length) throw new Error(`Only ${report.posts} posts arrived.`);
    });
  };
  const own = await by();
  const library = await by(aws4Signer(endpoint));
  await stub.stop();
  const note = '500-byte frame, 64 at a time, stub endpoint in another process';
  printFigure('sender, CPU per 1,000 posts', own.cpuMs * 1000, 'ms', note);
  printFigure(
    '  of the SDK in the same run',
    sdk.cpuMs * 1000,
    'ms',
    `ratio ${(own.cpuMs / sdk.cpuMs).toFixed(2)}`,
  );
  printFigure(
    '  with aws4 as its signer in the same run',
    library.cpuMs * 1000,
    'ms',
    `ratio to the SDK ${(library.cpuMs / sdk.cpuMs).toFixed(2)}; ${Math.round(library.perSecond)} posts/s`,
  );
  printFigure('sender, posts from one process', own.perSecond, 'posts/s', note);
  printFigure(
    '  of the SDK in the same run',
    sdk.perSecond,
    'posts/s',
    `ratio ${(own.perSecond / sdk.perSecond).toFixed(2)}`,
  );
}

/** What a bundle weighs, and how long a fresh process takes to load it and to try its first post, less an empty one. */
function coldStart(name: string, source: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'pulsecast-bench-'));
  try {
    const outfile = join(folder, 'index.cjs');
    buildSync({
      ...functionCode,
      stdin: { contents: source, resolveDir: join(import.meta.dirname, '..'), loader: 'ts' },
      outfile,
    });
    writeFileSync(join(folder, 'empty.mjs'), '');
    const load = (file: string) => {
      const script = `const t=performance.now();const {tried}=await import(${JSON.stringify(`file://${file}`)});await tried;console.log(performance.now()-t)`;
      const run = () => Number(execFileSync(process.execPath, ['--input-type=module', '-e', script]));
      return median(Array.from({ length: 7 }, run));
    };
    const ms = load(outfile) - load(join(folder, 'empty.mjs'));
    const size = readFileSync(outfile).length / 1024;
    printFigure(
      `cold start, ${name}`,
      ms,
      'ms',
      `bundle of ${size.toFixed(0)} KB, loaded, and a first post that nobody takes`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where nobody listens. */
const nowhere = 'https://127.0.0.1:1/live';

export async function sender(): Promise<void> {
  process.env.AWS_ACCESS_KEY_ID ??= 'AKIDBENCH';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'secret';
  process.env.AWS_SESSION_TOKEN ??= 'session';
  process.env.AWS_REGION ??= 'us-east-1';
  printTitle('Sender');
  await posts();
  coldStart(
    'sender',
    `import { signedSend } from './lambdas/adapters/post.ts';
    export const tried = signedSend('${nowhere}')('a=', 'x').catch(() => {});`,
  );
  coldStart(
    'SDK client',
    `import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
    const client = new ApiGatewayManagementApiClient({ endpoint: '${nowhere}', maxAttempts: 1 });
    const command = new PostToConnectionCommand({ ConnectionId: 'a=', Data: 'x' });
    export const tried = client.send(command).catch(() => {});`,
  );
}
