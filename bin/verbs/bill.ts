import { billOf, type Priced, pricing } from '../../core/pricing.ts';
import type { Call } from '../cli.ts';
import { UsageError } from '../words.ts';

/** What the local cloud counts, as much as is read of it here. */
interface Counted {
  since: string;
  amounts: Record<string, Record<string, number>>;
}

const names: Record<Priced, string> = {
  'websocket.messages': 'WebSocket messages, 32 KB each',
  'websocket.connectionMinutes': 'WebSocket connection minutes',
  'http.requests': 'HTTP requests, 512 KB each',
  'lambda.requests': 'function runs',
  'lambda.gbMs': 'function time, GB-ms',
  'dynamodb.writeUnits': 'table write units',
  'dynamodb.readUnits': 'table read units',
};

/** Below that a rate says nothing, in ms. */
const shortest = 60_000;
const month = 30 * 24 * 3600 * 1000;

/** What AWS would ask for everything since the local cloud started. */
export async function bill({ url, print }: Call): Promise<void> {
  const response = await fetch(new URL('/_local/meter', url));
  if (!response.headers.get('content-type')?.startsWith('application/json'))
    throw new UsageError(`${url} is no local cloud. What a deployed stack costs is in AWS Cost Explorer.`);
  const { since, amounts } = (await response.json()) as Counted;
  const { lines, total } = billOf(amounts);
  const row = (name: string, amount: string, cost: number) =>
    print(`${name.padEnd(32)} ${amount.padStart(16)} ${`$${cost.toFixed(6)}`.padStart(14)}`);
  const count = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
  print(`Since ${since}, prices of ${pricing.region}, ${pricing.currency}, ${pricing.asOf}`);
  for (const { kind, amount, cost } of lines) row(names[kind], count.format(amount), cost);
  row('in all', '', total);
  const elapsed = Date.now() - Date.parse(since);
  if (elapsed >= shortest) row('30 days at this rate', '', (total / elapsed) * month);
  print('Not in it: storage, logs, alarms, data transfer, CloudFront, free allowances.');
}
