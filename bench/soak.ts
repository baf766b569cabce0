/**
 * A long run with the gateway's idle and lifetime timers 60 times faster, and clients whose clocks run as fast: minutes
 * here are hours there. Nothing that a person could notice may happen, no event may be lost, no memory may grow.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { signIn } from '../bin/sign-in.ts';
import type { Clock, FrameTap } from '../web/client/index.ts';
import { startChild } from './child.ts';
import { printFigure, printTitle } from './figures.ts';
import type { BenchOptions } from './options.ts';
import { attempts, countUnequal, openScreen, openScreens, type Screen, until } from './screens.ts';
import { addLine, withAssembly } from './system.ts';

const timeScale = 60;

/** Life of an access token: longer than the run is for the clients' clocks. Renewal is not what is measured here. */
const accessTokenSeconds = 30 * 24 * 3600;

/** Pulses come for as long as this and then pause as long: quiet times are what idle timers are for. In ms. */
const phaseMs = 20_000;

const sampleMs = 2000;

/**
 * A clock that runs 60 times faster. Waits for an answer and waits below a second stay: the server is not faster. Those
 * for an answer are 10 s and 15 s long.
 */
function fastClock(): Clock {
  const started = Date.now();
  return {
    now: () => started + (Date.now() - started) * timeScale,
    setTimeout: (run, ms) => {
      const stays = ms <= 1000 || ms === 10_000 || ms === 15_000;
      return setTimeout(run, stays ? ms : ms / timeScale);
    },
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
  };
}

/** Follows the log of a group at one client: which entries were pushed, which had to be asked for. */
class Tracker {
  /** Entries that were not pushed and came with an answer. */
  repaired = 0;
  #next: number | undefined;
  /** Pushed ahead of one that is missing. */
  readonly #ahead = new Set<number>();

  /** The highest offset up to which nothing is missing. */
  get upTo(): number {
    return (this.#next ?? 1) - 1;
  }

  take({ direction, frame }: FrameTap, group: string): void {
    if (direction === 'out') return;
    const groups = (frame.groups ?? []) as { group: string; offset?: number }[];
    for (const { offset } of groups.filter((entry) => entry.group === group)) {
      if (offset === undefined) continue;
      if (frame.type === 'events') this.#push(offset);
      else if (frame.type === 'subscribed' || frame.type === 'synced') this.#cover(offset);
    }
  }

  #push(offset: number): void {
    if (offset < (this.#next ?? 0)) return;
    this.#ahead.add(offset);
    this.#advance();
  }

  /** An answer holds everything up to `offset`. */
  #cover(offset: number): void {
    for (let each = this.#next ?? offset + 1; each <= offset; each += 1) {
      if (!this.#ahead.has(each)) this.repaired += 1;
    }
    for (const each of this.#ahead) if (each <= offset) this.#ahead.delete(each);
    this.#next = Math.max(this.#next ?? 0, offset + 1);
    this.#advance();
  }

  #advance(): void {
    while (this.#next !== undefined && this.#ahead.delete(this.#next)) this.#next += 1;
  }
}

interface Sample {
  minutes: number;
  client: number;
  server: number;
}

/** Change a minute, by least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}

/** The memory of one process: its slope after the first third, in which caches fill. */
function printMemory(name: string, samples: readonly Sample[], of: 'client' | 'server'): void {
  const settled = samples.slice(Math.floor(samples.length / 3));
  const at = (sample: Sample | undefined) => `${(sample?.[of] ?? 0).toFixed(0)} MB`;
  printFigure(
    `memory of the ${name}`,
    slopeOf(settled.map((sample) => [sample.minutes, sample[of]])),
    'MB/min',
    `resident; ${at(samples[0])} at the start, ${at(settled[0])} after a third, ${at(samples.at(-1))} at the end`,
  );
}

/** The log's retention is 1 h; here the hour takes a minute. */
function shortRetention(resources: Record<string, { Properties: Record<string, unknown> }>): void {
  for (const { Properties } of Object.values(resources)) {
    const { Variables } = (Properties?.Environment ?? {}) as { Variables?: Record<string, unknown> };
    if (Variables?.LOG_RETENTION_SECONDS !== undefined)
      Variables.LOG_RETENTION_SECONDS = `${3600 / timeScale}`;
  }
}

export async function soak({ clients = 40, minutes = 3 }: BenchOptions): Promise<void> {
  printTitle('Long run');
  await withAssembly((assembly) => run(assembly, clients, minutes), { change: shortRetention });
}

async function run(assembly: string, clients: number, minutes: number): Promise<void> {
  const child = await startChild('system', { assembly, timeScale, accessTokenSeconds });
  const { origin } = child;
  const token = await signIn(origin, 'admin');
  const line = await addLine(origin, token, 6);
  await line.post(line.machines[0] ?? '');
  let noticed = 0;
  let watching = true;
  const watch = ({ client, handle }: Screen) => {
    let live = true;
    const look = () => {
      const now = client.state === 'connected' && handle.status === 'live';
      if (watching && live && !now) noticed += 1;
      live = now;
    };
    client.onState(look);
    handle.onChange(look);
  };

  const trackers: Tracker[] = [];
  const screens = await openScreens(clients, () => {
    const screen = openScreen(origin, token, line.group, { clock: fastClock() });
    const tracker = new Tracker();
    trackers.push(tracker);
    screen.client.on('frame', (tap) => tracker.take(tap, line.group));
    return screen;
  });
  screens.forEach(watch);
  const opened = attempts();

  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const samples: Sample[] = [];
  let pulses = 0;
  for (let next = 0; elapsed() < minutes * 60_000; next += sampleMs) {
    samples.push({
      minutes: elapsed() / 60_000,
      client: process.memoryUsage().rss / 2 ** 20,
      server: await child.residentMb(),
    });
    while (elapsed() < next + sampleMs) {
      if (Math.floor(elapsed() / phaseMs) % 2 === 0) {
        await line.post(line.machines[pulses % line.machines.length] ?? '');
        pulses += 1;
      }
      await pause(100);
    }
  }
  const unequal = await countUnequal(screens, origin, token);
  const last = () => Math.max(...trackers.map(({ upTo }) => upTo));
  // A screen that lacks entries finds out with its next heartbeat.
  await until(() => trackers.every(({ upTo }) => upTo === last()), 15_000, 'all logs are whole').catch(
    () => {},
  );
  watching = false;

  const note = `${minutes} min as ${Math.round((minutes * timeScale) / 60)} h, ${clients} clients, ${pulses} pulses`;
  printFigure('disconnects that a person could notice', noticed, '', note);
  printFigure(
    '  sockets opened anew, unnoticed',
    attempts() - opened,
    '',
    `lifetime ${120 / timeScale} min, idle ${600 / timeScale} s, quiet for ${phaseMs / 1000} s at a time`,
  );
  printFigure(
    'clients that lack entries of the log',
    trackers.filter(({ upTo }) => upTo !== last()).length,
    '',
  );
  printFigure(
    '  entries not pushed and asked for instead',
    trackers.reduce((sum, { repaired }) => sum + repaired, 0),
    '',
  );
  printFigure('views that differ from the tables', unequal, 'views');
  printMemory('clients', samples, 'client');
  printMemory('local cloud', samples, 'server');
  for (const { client } of screens) client.close();
  await child.stop();
}
