/**
 * Large groups: what one delivery costs the functions as a group grows, and how many frames a second come out when the
 * account's quota does not bound them. The functions run in this process, so that its CPU time is theirs; tables and the
 * callback endpoint are in others.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { synthesize } from '../bin/build.ts';
import { signIn } from '../bin/sign-in.ts';
import { priceOf } from '../core/pricing.ts';
import { factory } from '../domains/factory/index.ts';
import { createConnections } from '../lambdas/adapters/connections.ts';
import { type Db, type Doc, dynamo } from '../lambdas/adapters/dynamo.ts';
import { createLog } from '../lambdas/adapters/log.ts';
import { createMembers } from '../lambdas/adapters/members.ts';
import { createPoster, signedSend } from '../lambdas/adapters/post.ts';
import { createPresence } from '../lambdas/adapters/presence.ts';
import { type BroadcastEffects, broadcast } from '../lambdas/broadcast.ts';
import { fanout } from '../lambdas/fanout.ts';
import { eachOf, TokenBucket } from '../lambdas/pacing.ts';
import type { Page } from '../lambdas/pages.ts';
import { startChild } from './child.ts';
import { printFigure, printTitle } from './figures.ts';
import { deliveries } from './pulse.ts';
import { openCrowd } from './sockets.ts';
import { liveOf, meterOf, spent, subscribe } from './system.ts';

/** Far above what two cores can do: the figures are to show the machine's limit, not the account's. */
const unlimited = 1_000_000;
const group = 'factory/line/north';

/** The broadcaster as it is deployed, but for the rate; pages go to a fan-out in this process, as JSON. */
function effectsOf(db: Db, tables: Record<string, string>, callbackUrl: string) {
  const handedOver = new Set<Promise<void>>();
  let handed = 0;
  const table = (name: string) => tables[`${name}Table`] ?? '';
  const bucket = new TokenBucket(unlimited, unlimited, Date.now());
  const effects: BroadcastEffects = {
    domainOf: (name) => (name === table('Factory') ? factory : undefined),
    log: createLog({ db, table: table('Log'), retentionSeconds: 3600 }),
    members: createMembers(db, table('Members')),
    connections: createConnections(db, table('Connections')),
    presence: createPresence(db, table('Presence')),
    post: createPoster({ send: signedSend(callbackUrl), bucket }),
    fanOut: async (page) => {
      handed += 1;
      const run = fanout(JSON.parse(JSON.stringify(page)) as Page, () => 60_000, effects);
      handedOver.add(run);
      void run.finally(() => handedOver.delete(run));
    },
    tree: { senders: 6, page: 500, pace: 1, ready: () => 500 },
    now: Date.now,
  };
  return { effects, settled: () => Promise.all(handedOver), pages: () => handed };
}

/** A group that shows nobody's presence: who joins it is told to nobody. */
const quietGroup = 'factory/site/mill';
const joins = 40;

/** What joining a group costs, in units of the tables, averaged over some sockets that connect, subscribe and go. */
async function joinUnits(origin: string, token: string): Promise<number> {
  const units = async () => {
    const meter = await meterOf(origin);
    return (meter['dynamodb.writeUnits'] ?? 0) + (meter['dynamodb.readUnits'] ?? 0);
  };
  const before = await units();
  const crowd = await openCrowd(
    liveOf(origin),
    joins,
    ['pulsecast.v1', `jwt.${token}`],
    subscribe(quietGroup),
  );
  const spentUnits = (await units()) - before;
  await crowd.close();
  return spentUnits / joins;
}

/** A change of one machine, as the stream brings it. */
function changeOf(table: string, item: Doc, counter: number): DynamoDBRecord {
  const image = (value: number) =>
    marshall({ ...item, rev: value, data: { ...(item.data as Doc), counter: value } }) as NonNullable<
      DynamoDBRecord['dynamodb']
    >['NewImage'] &
      object;
  return {
    eventSourceARN: `arn:aws:dynamodb:us-east-1:000000000000:table/${table}/stream/1`,
    dynamodb: { SequenceNumber: String(counter), OldImage: image(counter - 1), NewImage: image(counter) },
  };
}

async function costs(assembly: string, sizes: readonly number[]): Promise<void> {
  const system = await startChild('system', { assembly });
  const stub = await startChild('stub');
  const tables = (await (await fetch(`${system.origin}/_local/outputs`)).json()) as Record<string, string>;
  process.env.AWS_ENDPOINT_URL_DYNAMODB = system.origin;
  const db = dynamo();
  const { effects, settled, pages } = effectsOf(db, tables, `${stub.origin}/live`);
  const table = tables.FactoryTable ?? '';
  const item = await db.get(table, { partition: 'line/north', item: 'machine#loom-1' });
  if (item === undefined) throw new Error('The machine was not seeded.');
  let members = 0;
  let counter = 0;
  let base: number | undefined;
  let baseBill: number | undefined;
  let baseJoin: number | undefined;
  const token = await signIn(system.origin, 'admin');
  for (const size of sizes) {
    const fresh = Array.from({ length: size - members }, (_, index) => `L0SM9c${members + index}Cg=`);
    members = size;
    const until = Date.now() + 3_600_000;
    const memberRows = createMembers(db, tables.MembersTable ?? '');
    await eachOf(fresh, 32, (id) => memberRows.join(group, id, until));
    await eachOf(fresh, 32, (id) => memberRows.join(quietGroup, id, until));
    const join = await joinUnits(system.origin, token);
    baseJoin ??= join;
    printFigure(
      `a connect and subscribe, ${size} members`,
      join,
      'units',
      `ratio ${(join / baseJoin).toFixed(3)}; read and write units of all tables`,
    );
    const round = async () => {
      counter += 1;
      await broadcast([changeOf(table, item, counter)], () => 60_000, effects);
      await settled();
    };
    const rounds = Math.ceil(40_000 / size);
    for (let warm = 0; warm < Math.ceil(4000 / size); warm += 1) await round();
    const before = await meterOf(system.origin);
    const pagesBefore = pages();
    const cpu = process.cpuUsage();
    const started = performance.now();
    for (let done = 0; done < rounds; done += 1) await round();
    const { user, system: kernel } = process.cpuUsage(cpu);
    const thousands = (rounds * size) / 1000;
    const cost = (user + kernel) / 1000 / thousands;
    if (size >= 100) base ??= cost;
    const after = await meterOf(system.origin);
    // The functions have 1 GB; their time is taken as the CPU time measured here.
    const messages = priceOf('websocket.messages', 1000);
    const bill =
      (priceOf('dynamodb.writeUnits', spent(before, after, 'dynamodb.writeUnits')) +
        priceOf('dynamodb.readUnits', spent(before, after, 'dynamodb.readUnits')) +
        priceOf('lambda.requests', rounds + pages() - pagesBefore)) /
        thousands +
      priceOf('lambda.gbMs', cost) +
      messages;
    if (size >= 100) baseBill ??= bill;
    const perSecond = (thousands * 1000) / ((performance.now() - started) / 1000);
    printFigure(
      `billed per 1,000 deliveries, ${size} members`,
      bill * 1000,
      'mUSD',
      `ratio ${(bill / (baseBill ?? bill)).toFixed(3)}; messages are ${((messages * 100) / bill).toFixed(1)} % of it`,
    );
    printFigure(
      `CPU per 1,000 deliveries, ${size} members`,
      cost,
      'ms',
      `ratio ${(cost / (base ?? cost)).toFixed(2)}; ${Math.round(perSecond)} frames/s, heap ${Math.round(process.memoryUsage().heapUsed / 2 ** 20)} MB`,
    );
  }
  await stub.stop();
  await system.stop();
}

export async function fanouts(): Promise<void> {
  process.env.AWS_ACCESS_KEY_ID ??= 'AKIDBENCH';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'secret';
  process.env.AWS_REGION ??= 'us-east-1';
  const folder = mkdtempSync(join(tmpdir(), 'pulsecast-bench-'));
  try {
    const assembly = await synthesize(folder, [`postsPerSecond=${unlimited}`]);
    printTitle('Cost per delivery of the functions alone');
    await costs(assembly, [10, 100, 1000, 10_000]);
    printTitle('Frames a second through the whole local cloud');
    await deliveries(assembly, 1000, 10, unlimited);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
