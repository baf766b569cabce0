/**
 * From an HTTP request to the frame at each socket, with the stream read at once and with Lambda's four polls a second; set
 * against a bare WebSocket server that is told to send the same to as many sockets. `latency` is that of a pulse.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { startChild } from './child.ts';
import { printFigure, printTitle, quantile } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { type Crowd, openCrowd } from './sockets.ts';
import { liveOf, postTo, subscribe, withAssembly } from './system.ts';

/** Pace of Lambda's pollers, in ms. */
const lambdaPollMs = 250;

/** The first events, one a second, pay the cold starts and the compiling of what runs often: they are told by themselves. */
const cold = 40;

/** Then come so many quick ones, ten a second: what is measured is a system that has been up for some minutes. */
const quick = 360;

/** After them, until what the account may post is there again, in ms. */
const restMs = 3000;

interface Times {
  /** Of the first event, the first `cold` of them, and those after the quick ones. */
  first: number[];
  cold: number[];
  warm: number[];
}

/**
 * Sends events one second apart, but for the quick ones; times from sending to each socket's frame, in ms. `send` is told
 * which event it is, from 1, and `text` is what the frame of that event holds.
 */
async function timesOf(
  crowd: Crowd,
  events: number,
  text: (event: number) => string,
  send: (event: number) => unknown,
): Promise<Times> {
  const times: number[][] = [];
  for (let event = 1; event <= cold + quick + events; event += 1) {
    const arrived = crowd.next(text(event));
    const started = performance.now();
    await send(event);
    times.push((await arrived).map((time) => time - started));
    const apart = event > cold && event <= cold + quick ? 100 : 1000;
    await pause(Math.max(0, apart - (performance.now() - started)));
    if (event === cold + quick) await pause(restMs);
  }
  return {
    first: times[0] ?? [],
    cold: times.slice(0, cold).flat(),
    warm: times.slice(cold + quick).flat(),
  };
}

/** What is measured at a system. */
export interface Watched {
  /** Of those at the sockets, and what they look at. */
  token: string;
  group: string;
  /** What the frame of an event holds, and nothing before it. Events count from 1. */
  text(event: number): string;
  send(event: number): unknown;
}

export interface Latency {
  title: string;
  /** Of the figures. */
  name: string;
  /** The figure of the 95th percentile is set against it. */
  aim: string;
  /** Prepares a fresh system for events, those of the cold starts among them. */
  watch(origin: string, events: number): Promise<Watched>;
}

async function ofSystem(
  assembly: string,
  connections: number,
  events: number,
  pollMs: number,
  watch: Latency['watch'],
) {
  const child = await startChild('system', { assembly, ...(pollMs > 0 ? { pollMs } : {}) });
  const { token, group, text, send } = await watch(child.origin, cold + quick + events);
  const crowd = await openCrowd(
    liveOf(child.origin),
    connections,
    ['pulsecast.v1', `jwt.${token}`],
    subscribe(group),
  );
  const times = await timesOf(crowd, events, text, send);
  await crowd.close();
  await child.stop();
  return times;
}

async function ofFloor(connections: number, events: number) {
  const floor = await startChild('floor');
  const crowd = await openCrowd(floor.origin, connections, []);
  const filler = 'x'.repeat(500);
  const times = await timesOf(
    crowd,
    events,
    (event) => `"n":${event},`,
    (event) => floor.send({ broadcast: `{"n":${event},"frame":"${filler}"}` }),
  );
  await crowd.close();
  await floor.stop();
  return times;
}

/** Measures and prints. */
export async function printLatency(
  { title, name, aim, watch }: Latency,
  { clients = 100, events = 30 }: BenchOptions,
): Promise<void> {
  printTitle(title);
  const note = `${clients} connections, 1 event/s, ${events} events`;
  await withAssembly(async (assembly) => {
    for (const pollMs of [0, lambdaPollMs]) {
      const times = await ofSystem(assembly, clients, events, pollMs, watch);
      const stream = pollMs > 0 ? `stream polled each ${pollMs} ms, as by Lambda` : 'stream read at once';
      printFigure(`${name}, p50`, quantile(times.warm, 0.5), 'ms', `${note}, ${stream}`);
      printFigure(`${name}, p95`, quantile(times.warm, 0.95), 'ms', aim);
      const first = `the first, with its cold starts, ${quantile(times.first, 0.95).toFixed(0)} ms`;
      printFigure(`  of the first ${cold} events, p95`, quantile(times.cold, 0.95), 'ms', first);
    }
  });
  const times = await ofFloor(clients, events);
  for (const share of [0.5, 0.95]) {
    printFigure(
      `  bare server in the same run, p${share * 100}`,
      quantile(times.warm, share),
      'ms',
      `${note}, nothing but the send`,
    );
  }
}

export const latency = (options: BenchOptions): Promise<void> =>
  printLatency(
    {
      title: 'Pulse to frame',
      name: 'pulse to frame',
      aim: '200 ms is what the source systems aim at',
      async watch(origin) {
        const { token, post } = await postTo(origin, 'loom-1');
        return {
          token,
          group: 'factory/line/north',
          text: (event) => `"counter":${event},`,
          send: post,
        };
      },
    },
    options,
  );
