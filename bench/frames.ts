/**
 * Frames are the bill: how many are billed for each 1,000 events that come in bursts, against one frame for each event
 * and connection, and what latency that costs. With a window as for a `relaxed` entity it is the dial.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { signIn } from '../bin/sign-in.ts';
import { startChild } from './child.ts';
import { printFigure, printTitle, quantile } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { openCrowd } from './sockets.ts';
import { addLine, type Line, liveOf, meterOf, spent, subscribe, withAssembly } from './system.ts';

const machineCount = 6;

/** Pulses a second of one machine. */
const rate = 10;

/** Pace of Lambda's pollers, in ms. */
const lambdaPollMs = 250;

interface Frame {
  groups?: { events?: { key: string; data?: { counter?: number } }[] }[];
}

/** Notes, at one socket, when each pulse of each machine was first seen in a state that has it. */
function arrivalsOf(line: Line) {
  const sent = new Map(line.machines.map((machine) => [machine, [] as number[]]));
  const seen = new Map(line.machines.map((machine) => [machine, 0]));
  const times: number[] = [];
  return {
    times,
    posting: (machine: string) => sent.get(machine)?.push(performance.now()),
    frame(text: string) {
      const now = performance.now();
      for (const { events = [] } of (JSON.parse(text) as Frame).groups ?? []) {
        for (const { key, data } of events) {
          const posted = sent.get(key);
          const counter = data?.counter ?? 0;
          if (posted === undefined) continue;
          for (let at = seen.get(key) ?? 0; at < counter; at += 1) times.push(now - (posted[at] ?? now));
          seen.set(key, Math.max(seen.get(key) ?? 0, counter));
        }
      }
    },
  };
}

async function measure(assembly: string, clients: number, each: number, pollMs: number) {
  const child = await startChild('system', { assembly, ...(pollMs > 0 ? { pollMs } : {}) });
  const { origin } = child;
  const token = await signIn(origin, 'admin');
  const line = await addLine(origin, token, machineCount);
  const protocols = ['pulsecast.v1', `jwt.${token}`];
  const crowd = await openCrowd(liveOf(origin), clients, protocols, subscribe(line.group));
  const arrivals = arrivalsOf(line);
  crowd.sockets[0]?.on('message', (data) => arrivals.frame(String(data)));
  const round = async (count: number) => {
    await Promise.all(
      line.machines.map(async (machine, index) => {
        // Machines do not pulse in step.
        await pause((index * 1000) / rate / machineCount);
        const started = performance.now();
        for (let pulse = 1; pulse <= count; pulse += 1) {
          arrivals.posting(machine);
          await line.post(machine);
          await pause(Math.max(0, started + (pulse * 1000) / rate - performance.now()));
        }
      }),
    );
    // Longer than any window, so that everything under way has been billed.
    await pause(3000);
  };
  // Cold starts, and the presence of those who just came, are not counted.
  await round(rate);
  arrivals.times.length = 0;
  const before = await meterOf(origin);
  await round(each);
  const frames = spent(before, await meterOf(origin), 'websocket.messages');
  await crowd.close();
  await child.stop();
  return { frames, times: arrivals.times };
}

/** Gives the mapping of `instant` entities the window that a `relaxed` one has. */
const relaxed = (seconds: number) => (resources: Record<string, { Type: string; Properties: object }>) => {
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type === 'AWS::Lambda::EventSourceMapping')
      Object.assign(Properties, { MaximumBatchingWindowInSeconds: seconds, BatchSize: 1000 });
  }
};

export async function frames({ clients = 50, events = 1000 }: BenchOptions): Promise<void> {
  printTitle('Frames billed');
  const each = Math.ceil(events / machineCount);
  const total = each * machineCount;
  const show = ({ frames: count, times }: Awaited<ReturnType<typeof measure>>, how: string) => {
    const billed = (count / total) * 1000;
    printFigure(
      `frames per 1,000 events, ${how}`,
      billed,
      'frames',
      `ratio ${(billed / (1000 * clients)).toFixed(2)}; pulse to frame p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms`,
    );
  };
  printFigure(
    'one frame for each event and connection',
    1000 * clients,
    'frames',
    `${machineCount} machines, ${rate} pulses/s each, ${clients} screens, ${total} events`,
  );
  await withAssembly(async (assembly) => {
    show(await measure(assembly, clients, each, 0), 'stream read at once');
    show(await measure(assembly, clients, each, lambdaPollMs), `polled each ${lambdaPollMs} ms`);
  });
  await withAssembly(
    async (assembly) => show(await measure(assembly, clients, each, lambdaPollMs), 'relaxed, window of 2 s'),
    { change: relaxed(2) },
  );
}
