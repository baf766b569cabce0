/**
 * Pulse to frame: from the HTTP post to the frame at each socket, with the stream read at once and with Lambda's four
 * polls a second; set against a bare WebSocket server that is told to send the same to as many sockets.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { startChild } from './child.ts';
import { printFigure, printTitle, quantile } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { type Crowd, openCrowd } from './sockets.ts';
import { liveOf, postTo, subscribe, withAssembly } from './system.ts';

/** Pace of Lambda's pollers, in ms. */
const lambdaPollMs = 250;

/**
 * Sends events one second apart; times from sending to each socket's frame, in ms. `send` is told which event it is,
 * from 1, and `text` is what the frame of that event holds.
 */
async function timesOf(
  crowd: Crowd,
  events: number,
  text: (event: number) => string,
  send: (event: number) => unknown,
): Promise<number[]> {
  const times: number[] = [];
  // The first events pay the cold starts and are not counted.
  const cold = 3;
  for (let event = 1; event <= cold + events; event += 1) {
    const arrived = crowd.next(text(event));
    const started = performance.now();
    await send(event);
    const arrivals = await arrived;
    if (event > cold) times.push(...arrivals.map((time) => time - started));
    await pause(1000 - Math.min(990, performance.now() - started));
  }
  return times;
}

async function ofSystem(assembly: string, connections: number, events: number, pollMs: number) {
  const child = await startChild('system', { assembly, ...(pollMs > 0 ? { pollMs } : {}) });
  const { token, post } = await postTo(child.origin, 'loom-1');
  const crowd = await openCrowd(
    liveOf(child.origin),
    connections,
    ['pulsecast.v1', `jwt.${token}`],
    subscribe('factory/line/north'),
  );
  const times = await timesOf(crowd, events, (event) => `"counter":${event},`, post);
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

export async function latency({ clients = 100, events = 30 }: BenchOptions): Promise<void> {
  printTitle('Pulse to frame');
  const note = `${clients} connections, 1 event/s, ${events} events`;
  await withAssembly(async (assembly) => {
    for (const pollMs of [0, lambdaPollMs]) {
      const times = await ofSystem(assembly, clients, events, pollMs);
      const stream = pollMs > 0 ? `stream polled each ${pollMs} ms, as by Lambda` : 'stream read at once';
      printFigure('pulse to frame, p50', quantile(times, 0.5), 'ms', `${note}, ${stream}`);
      printFigure(
        'pulse to frame, p95',
        quantile(times, 0.95),
        'ms',
        '200 ms is what the source systems aim at',
      );
    }
  });
  const times = await ofFloor(clients, events);
  printFigure(
    '  bare server in the same run, p95',
    quantile(times, 0.95),
    'ms',
    `${note}, nothing but the send`,
  );
}
