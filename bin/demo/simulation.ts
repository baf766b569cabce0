/**
 * Lets the demo plant live: asks the domain's simulation what happened, and does it through the real interfaces, pulses
 * with device keys and commands as the demo users.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Action, simulate } from '../../domains/factory/simulate.ts';
import { type Api, ApiProblem, apiOf } from '../api.ts';
import { signIn } from '../sign-in.ts';
import { Device } from './device.ts';
import { demoMachines } from './plant.ts';

/** Tokens live 15 min; a new one is fetched well before. */
const tokenMs = 10 * 60_000;

export interface Simulation {
  stop(): Promise<void>;
}

/** @param report told of what was not taken, in words; the simulation goes on. */
export async function startSimulation(origin: string, report: (words: string) => void): Promise<Simulation> {
  const users = userApis(origin);
  const { key } = await (await users('admin')).call<{ key: string }>('POST', 'devices', {
    device: 'demo-plant',
  });
  const devices = new Map(demoMachines().map((id) => [id, new Device(apiOf(origin, key), id)]));
  const next = simulate(Math.random, Date.now());
  const stop = new AbortController();

  async function perform(action: Action): Promise<void> {
    if (action.kind === 'pulses') {
      const device = devices.get(action.machineId);
      device?.push(...action.pulses);
      await device?.flush();
      return;
    }
    const api = await users(action.as);
    await api.call('POST', `commands/factory/${action.command}`, action.input);
  }

  async function attempt(action: Action): Promise<void> {
    try {
      await perform(action);
    } catch (error) {
      // A person at a screen was faster: that is part of the day.
      if (stop.signal.aborted || (error instanceof ApiProblem && error.status === 409)) return;
      report(error instanceof Error ? error.message : String(error));
    }
  }

  const running = (async () => {
    while (!stop.signal.aborted) {
      await Promise.all(next(Date.now()).map(attempt));
      await pause(1000, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  })();

  return {
    stop() {
      stop.abort();
      return running;
    },
  };
}

function userApis(origin: string): (name: string) => Promise<Api> {
  const known = new Map<string, { api: Promise<Api>; since: number }>();
  return (name) => {
    const now = Date.now();
    const entry = known.get(name);
    if (entry !== undefined && now - entry.since < tokenMs) return entry.api;
    const api = signIn(origin, name).then((token) => apiOf(origin, token));
    known.set(name, { api, since: now });
    api.catch(() => known.delete(name));
    return api;
  };
}
