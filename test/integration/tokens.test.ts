import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn } from '../../bin/sign-in.ts';
import type { System } from '../../bin/system.ts';
import type { CloudLogLine } from '../../local/cloud.ts';
import { wrongTokens } from '../conformance/tokens.ts';
import { connect, Refused } from '../support/socket.ts';
import { startTestSystem } from '../support/system.ts';

const lines: CloudLogLine[] = [];
let system: System;
beforeAll(async () => {
  system = await startTestSystem({ log: (line) => lines.push(line) });
});
afterAll(() => system?.close());

/** What a function itself wrote: not Lambda's START and REPORT, not metrics. */
const written = () => lines.filter(({ platform, line }) => !platform && !line.includes('"_aws"'));

test('[CONN-2] a refused token leaves one line in the log, which says why and does not hold the token', async () => {
  const right = await signIn(system.origin, 'operator');
  const wrong = { ...(await wrongTokens(right)), 'of 1 MB': `${right}${'x'.repeat(1024 * 1024)}` };
  await system.cloud.idle();
  for (const [what, token] of Object.entries(wrong)) {
    lines.length = 0;
    const refused = connect(`${system.origin.replace('http', 'ws')}/live`, ['pulsecast.v1', `jwt.${token}`]);
    await expect(refused, what).rejects.toThrow(Refused);
    await system.cloud.idle();
    const own = written();
    expect([what, own.map(({ line }) => line)]).toEqual([
      what,
      [expect.stringMatching(/"message":"token refused".*"reason":"[A-Za-z_]+/)],
    ]);
    const text = lines.map(({ line }) => line).join('\n');
    // A token's parts as well: the claims name a person, the signature is the secret.
    for (const part of token.split('.').filter((each) => each.length > 20)) {
      expect([what, text.includes(part.slice(0, 60))]).toEqual([what, false]);
    }
  }
});
