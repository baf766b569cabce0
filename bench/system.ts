/** The system under measurement: its assembly, a line of its own with devices that post to it, and its meter. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiOf } from '../bin/api.ts';
import { synthesize } from '../bin/build.ts';
import { signIn } from '../bin/sign-in.ts';
import type { MeterTotals } from '../local/metering.ts';

type Resources = Record<string, { Type: string; Properties: Record<string, unknown> }>;

export interface AssemblyOptions {
  /** Context of the app, `name=value`. */
  settings?: readonly string[];
  /** Changes the synthesized template, for what a bench varies and a deployment does not. */
  change?: (resources: Resources) => void;
}

/** Runs with an assembly that is gone afterwards. Its site is a stand-in: no bench of the live path loads a page. */
export async function withAssembly<T>(
  run: (assembly: string) => Promise<T>,
  { settings = [], change }: AssemblyOptions = {},
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pulsecast-bench-'));
  try {
    await synthesize(folder, ['site=test/support/site', ...settings]);
    if (change !== undefined) {
      const file = join(folder, 'Pulsecast.template.json');
      const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Resources };
      change(template.Resources);
      writeFileSync(file, JSON.stringify(template));
    }
    return await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const liveOf = (origin: string) => `${origin.replace(/^http/, 'ws')}/live`;

/** The frame that subscribes to a group. */
export const subscribe = (group: string) =>
  JSON.stringify({ action: 'subscribe', id: 's', groups: [{ group }] });

/** Posts to a machine of the demo, one pulse after the other; gives what the frame with it holds. */
export async function postTo(
  origin: string,
  machineId: string,
): Promise<{ token: string; post(): Promise<string> }> {
  const token = await signIn(origin, 'admin');
  const { key } = await apiOf(origin, token).call<{ key: string }>('POST', 'devices', { device: 'bench' });
  const api = apiOf(origin, key);
  let counter = 0;
  return {
    token,
    async post() {
      counter += 1;
      const pulses = [{ at: Date.now(), count: 1 }];
      await api.call('POST', 'pulses', { machineId, firstSeq: counter, pulses });
      return `"counter":${counter},`;
    },
  };
}

export interface Line {
  group: string;
  machines: readonly string[];
  /**
   * Posts the next pulse of a machine and gives its counter; one at a time for each machine. When that fails the next call
   * posts the same again.
   */
  post(machine: string): Promise<number>;
}

/** A line without a shift, so that one pulse is one write and one event. */
export async function addLine(origin: string, token: string, count: number): Promise<Line> {
  const admin = apiOf(origin, token);
  const line = 'bench';
  const machines = Array.from({ length: count }, (_, index) => `bench-${index + 1}`);
  await admin.call('POST', 'commands/factory/add-line', { site: 'mill', line, title: 'Bench' });
  for (const machine of machines) {
    await admin.call('POST', 'commands/factory/add-machine', { line, machine, title: machine });
  }
  const { key } = await admin.call<{ key: string }>('POST', 'devices', { device: 'bench-line', machines });
  const device = apiOf(origin, key);
  const counters = new Map<string, number>();
  return {
    group: `factory/line/${line}`,
    machines,
    async post(machineId) {
      const firstSeq = (counters.get(machineId) ?? 0) + 1;
      await device.call('POST', 'pulses', { machineId, firstSeq, pulses: [{ at: Date.now(), count: 1 }] });
      counters.set(machineId, firstSeq);
      return firstSeq;
    },
  };
}

/** What AWS would bill so far, by kind. */
export async function meterOf(origin: string): Promise<Record<string, number>> {
  const { amounts } = (await (await fetch(`${origin}/_local/meter`)).json()) as MeterTotals;
  return Object.fromEntries(
    Object.entries(amounts).map(([kind, resources]) => [
      kind,
      Object.values(resources).reduce((sum, amount) => sum + amount, 0),
    ]),
  );
}

/** What was billed of a kind between two readings. */
export const spent = (before: Record<string, number>, after: Record<string, number>, kind: string) =>
  (after[kind] ?? 0) - (before[kind] ?? 0);
