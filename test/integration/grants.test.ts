import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { apiOf } from '../../bin/api.ts';
import { seed } from '../../bin/demo/seed.ts';
import { signIn } from '../../bin/sign-in.ts';
import { type System, startSystem } from '../../bin/system.ts';
import { refusal } from '../conformance/target.ts';
import { systemAssembly } from '../support/system.ts';

let folder = '';
let system: System | undefined;
afterEach(async () => {
  await system?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Statement {
  Action: string | string[];
}
interface Template {
  Resources: Record<string, { Type: string; Properties: { PolicyDocument?: { Statement: Statement[] } } }>;
}

/** A copy of the assembly in which the policy of one function has lost one action. */
function without(functionName: string, action: string): string {
  folder = mkdtempSync(join(tmpdir(), 'pulsecast-grant-'));
  cpSync(systemAssembly(), folder, { recursive: true });
  const file = join(folder, 'Pulsecast.template.json');
  const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
  let taken = 0;
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type !== 'AWS::IAM::Policy' || !id.includes(functionName)) continue;
    for (const statement of Properties.PolicyDocument?.Statement ?? []) {
      const actions = [statement.Action].flat();
      if (!actions.includes(action)) continue;
      const left = actions.filter((each) => each !== action);
      statement.Action = left.length > 0 ? left : 'none:Nothing';
      taken += 1;
    }
  }
  expect(taken).toBeGreaterThan(0);
  writeFileSync(file, JSON.stringify(template));
  return folder;
}

test('a function whose role has lost one grant is refused by the local cloud, and says so in its log', async () => {
  const lines: string[] = [];
  system = await startSystem({
    assembly: without('Ingest', 'dynamodb:PutItem'),
    port: 0,
    log: ({ line }) => lines.push(line),
  });
  await seed(system.origin);
  const admin = apiOf(system.origin, await signIn(system.origin, 'admin'));
  const { key } = await admin.call<{ key: string }>('POST', 'devices', { device: 'refused' });
  const batch = { machineId: 'loom-1', firstSeq: 1, pulses: [{ at: Date.now(), count: 1 }] };
  const { status, problem } = await refusal(apiOf(system.origin, key).call('POST', 'pulses', batch));
  expect(status).toBe(500);
  expect(JSON.stringify(problem)).not.toMatch(/dynamodb|AccessDenied/i);
  const denial = lines.find((line) => line.includes('AccessDenied'));
  expect(denial).toContain('is not authorized to perform: dynamodb:PutItem');
  expect(lines.join('\n')).not.toContain(key);
  const { snapshot } = await admin.call<{ snapshot: { key: string; data: { counter: number } }[] }>(
    'GET',
    'groups/factory/line/north',
  );
  expect(snapshot.find((item) => item.key === 'loom-1')?.data.counter).toBe(0);
});
