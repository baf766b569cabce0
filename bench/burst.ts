/**
 * A burst of writes seen by many screens, against Socket.IO with one SQLite transaction an event. An event counts as
 * delivered to a screen once its view has that state or a newer one: what coalescing supersedes has been delivered.
 */
import { io } from 'socket.io-client';
import { signIn } from '../bin/sign-in.ts';
import { startChild } from './child.ts';
import { printFigure, printTitle } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { openScreen, openScreens, type Screen } from './screens.ts';
import { addLine, meterOf, spent, withAssembly } from './system.ts';

/** The baseline has no account whose quota bounds it. */
const unlimited = 1_000_000;

/** Writes in flight: as many machines, each posts one pulse after the other. */
const inFlight = 20;

interface Outcome {
  ms: number;
  frames: number;
  /** Of the server's process. */
  cpuMs: number;
}

/** Writes `each` times for each machine, all machines at once. */
async function writeAll(
  machines: readonly string[],
  each: number,
  write: (machine: string) => Promise<unknown>,
) {
  await Promise.all(
    machines.map(async (machine) => {
      for (let done = 0; done < each; done += 1) await write(machine);
    }),
  );
}

interface Machine {
  counter: number;
}

/** Resolves once the view has every machine at `counter`. */
function reached({ handle }: Screen, machines: readonly string[], counter: number): Promise<void> {
  const done = () =>
    machines.every(
      (key) => ((handle.get('machine', key)?.data as Machine | undefined)?.counter ?? 0) >= counter,
    );
  return new Promise((resolve) => {
    if (done()) return resolve();
    const stop = handle.onChange(() => {
      if (!done()) return;
      stop();
      resolve();
    });
  });
}

/**
 * Raises a machine's counter in its table. DynamoDB's protocol by hand: the SDK would cost this process more than the
 * server, and the baseline is written to with a bare `fetch` too. A partition is named as its group.
 */
async function rowWriter(origin: string, partition: string) {
  const outputs = (await (await fetch(`${origin}/_local/outputs`)).json()) as Record<string, string>;
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'DynamoDB_20120810.UpdateItem',
    'x-amz-date': '20260101T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDBENCH/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  };
  return async (machine: string) => {
    const update = {
      TableName: outputs.FactoryTable,
      Key: { partition: { S: partition }, item: { S: `machine#${machine}` } },
      UpdateExpression: 'SET #rev = #rev + :one, #data.#counter = #data.#counter + :one',
      ExpressionAttributeNames: { '#rev': 'rev', '#data': 'data', '#counter': 'counter' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    };
    const response = await fetch(origin, { method: 'POST', headers, body: JSON.stringify(update) });
    if (!response.ok) throw new Error(await response.text());
    await response.text();
  };
}

/**
 * Pulses first, then bare writes to the table. Also gives the data of one item, so that the baseline sends as much.
 * `quota`: requests a second of the account. @default AWS's own 10,000
 */
async function ofSystem(clients: number, each: number, quota?: number) {
  const settings = quota === undefined ? [] : [`postsPerSecond=${quota}`];
  return withAssembly((assembly) => measured(assembly, clients, each, quota), { settings });
}

async function measured(assembly: string, clients: number, each: number, quota?: number) {
  const limits = quota === undefined ? {} : { limits: { requestsPerSecond: quota, burst: quota } };
  const child = await startChild('system', { assembly, ...limits });
  const { origin } = child;
  const token = await signIn(origin, 'admin');
  const { group, machines, post } = await addLine(origin, token, inFlight);
  const screens = await openScreens(clients, () => openScreen(origin, token, group));
  let counter = 0;
  const round = async (write: (machine: string) => Promise<unknown>): Promise<Outcome> => {
    counter += each;
    const arrived = Promise.all(screens.map((screen) => reached(screen, machines, counter)));
    const before = await meterOf(origin);
    const cpu = await child.cpuMs();
    const started = performance.now();
    await writeAll(machines, each, write);
    await arrived;
    const ms = performance.now() - started;
    const cpuMs = (await child.cpuMs()) - cpu;
    return { ms, cpuMs, frames: spent(before, await meterOf(origin), 'websocket.messages') };
  };
  // As many of the kind before, uncounted: each of the functions' threads compiles its own code.
  await round(post);
  const pulses = await round(post);
  const writeRow = await rowWriter(origin, group.replace('factory/', ''));
  await round(writeRow);
  const rows = await round(writeRow);
  const data = screens[0]?.handle.get('machine', machines[0] ?? '')?.data;
  for (const { client } of screens) client.close();
  await child.stop();
  return { pulses, rows, machines, data };
}

async function ofSocketIo(clients: number, machines: readonly string[], data: unknown, each: number) {
  const child = await startChild('socket-io');
  const sockets = await Promise.all(
    Array.from({ length: clients }, async () => {
      const socket = io(child.origin, { transports: ['websocket'], forceNew: true, reconnection: false });
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', reject);
      });
      return socket;
    }),
  );
  let rev = 0;
  const write = async (key: string) => {
    rev += 1;
    const response = await fetch(child.origin, { method: 'POST', body: JSON.stringify({ key, rev, data }) });
    await response.text();
  };
  const round = async (): Promise<Outcome> => {
    let frames = 0;
    const expected = machines.length * each;
    const arrived = Promise.all(
      sockets.map(
        (socket) =>
          new Promise<void>((resolve) => {
            let left = expected;
            const listen = () => {
              frames += 1;
              left -= 1;
              if (left > 0) return;
              socket.off('event', listen);
              resolve();
            };
            socket.on('event', listen);
          }),
      ),
    );
    const cpu = await child.cpuMs();
    const started = performance.now();
    await writeAll(machines, each, write);
    await arrived;
    const ms = performance.now() - started;
    return { ms, frames, cpuMs: (await child.cpuMs()) - cpu };
  };
  await round();
  const outcome = await round();
  for (const socket of sockets) socket.disconnect();
  await child.stop();
  return outcome;
}

export async function burst({ clients = 100, events = 1000 }: BenchOptions): Promise<void> {
  printTitle('Burst');
  const each = Math.ceil(events / inFlight);
  const writes = each * inFlight;
  const own = await ofSystem(clients, each, unlimited);
  const bounded = await ofSystem(clients, each);
  const base = await ofSocketIo(clients, own.machines, own.data, each);
  const perSecond = ({ ms }: Outcome) => (writes * clients) / (ms / 1000);
  const show = (what: string, outcome: Outcome) => {
    const ratio = (value: number, of: number) => `ratio ${(value / of).toFixed(2)}`;
    printFigure(
      `event deliveries, ${what}`,
      perSecond(outcome),
      '/s',
      `${ratio(perSecond(outcome), perSecond(base))}; ${Math.round(writes / (outcome.ms / 1000))} writes/s`,
    );
    const { frames, cpuMs } = outcome;
    printFigure('  frames sent', frames, 'frames', ratio(frames, base.frames));
    printFigure('  server CPU, all threads', cpuMs / writes, 'ms/write', ratio(cpuMs, base.cpuMs));
  };
  console.log(`${writes} writes over HTTP, ${inFlight} in flight, to ${clients} connections`);
  show('pulses (key, sequence, transaction)', own.pulses);
  show('bare writes to the table', own.rows);
  show("pulses, within the account's quota", bounded.pulses);
  show("bare writes, within the account's quota", bounded.rows);
  show('Socket.IO + a SQLite transaction each', base);
}
