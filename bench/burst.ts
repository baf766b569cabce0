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

/** Also gives the data of one item, so that the baseline sends as much. */
async function ofSystem(assembly: string, clients: number, each: number, warm: number) {
  const child = await startChild('system', { assembly });
  const { origin } = child;
  const token = await signIn(origin, 'admin');
  const { group, machines, post } = await addLine(origin, token, inFlight);
  const screens = await openScreens(clients, () => openScreen(origin, token, group));
  const round = async (count: number, counter: number) => {
    const arrived = Promise.all(screens.map((screen) => reached(screen, machines, counter)));
    await writeAll(machines, count, post);
    await arrived;
  };
  await round(warm, warm);
  const before = await meterOf(origin);
  const cpu = await child.cpuMs();
  const started = performance.now();
  await round(each, warm + each);
  const ms = performance.now() - started;
  const cpuMs = (await child.cpuMs()) - cpu;
  const frames = spent(before, await meterOf(origin), 'websocket.messages');
  const data = screens[0]?.handle.get('machine', machines[0] ?? '')?.data;
  for (const { client } of screens) client.close();
  await child.stop();
  return { outcome: { ms, frames, cpuMs } satisfies Outcome, machines, data };
}

async function ofSocketIo(
  clients: number,
  machines: readonly string[],
  data: unknown,
  each: number,
  warm: number,
) {
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
  const round = async (count: number): Promise<Outcome> => {
    let frames = 0;
    const expected = machines.length * count;
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
    await writeAll(machines, count, write);
    await arrived;
    const ms = performance.now() - started;
    return { ms, frames, cpuMs: (await child.cpuMs()) - cpu };
  };
  await round(warm);
  const outcome = await round(each);
  for (const socket of sockets) socket.disconnect();
  await child.stop();
  return outcome;
}

export async function burst({ clients = 100, events = 1000 }: BenchOptions): Promise<void> {
  printTitle('Burst');
  const each = Math.ceil(events / inFlight);
  // As many before, uncounted: each of the functions' threads compiles its own code.
  const warm = each;
  const writes = each * inFlight;
  const own = await withAssembly((assembly) => ofSystem(assembly, clients, each, warm));
  const base = await ofSocketIo(clients, own.machines, own.data, each, warm);
  const perSecond = ({ ms }: Outcome) => (writes * clients) / (ms / 1000);
  const note = `${writes} writes over HTTP, ${inFlight} in flight, to ${clients} connections`;
  const ratio = perSecond(own.outcome) / perSecond(base);
  printFigure('event deliveries', perSecond(own.outcome), '/s', note);
  printFigure(
    '  of Socket.IO + SQLite in the same run',
    perSecond(base),
    '/s',
    `ratio ${ratio.toFixed(2)}; one transaction an event, WAL`,
  );
  printFigure('writes', writes / (own.outcome.ms / 1000), '/s', 'until every view has the last of them');
  printFigure('  of Socket.IO + SQLite in the same run', writes / (base.ms / 1000), '/s');
  printFigure(
    'server CPU',
    own.outcome.cpuMs / writes,
    'ms/write',
    'all threads, functions and tables included',
  );
  printFigure(
    '  of Socket.IO + SQLite in the same run',
    base.cpuMs / writes,
    'ms/write',
    'all sends included',
  );
  printFigure('frames sent', own.outcome.frames, '', `for ${writes * clients} event deliveries`);
  printFigure(
    '  of Socket.IO + SQLite in the same run',
    base.frames,
    '',
    `ratio ${(own.outcome.frames / base.frames).toFixed(2)}`,
  );
}
