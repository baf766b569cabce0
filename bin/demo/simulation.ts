/**
 * Lets the demo live: asks each domain's simulation what happened, and does it through the real interfaces, pulses with
 * device keys and commands as the demo users.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Action } from '../../core/demo.ts';
import { demos } from '../../domains/demos.ts';
import { ApiProblem, apiOf } from '../api.ts';
import { Device } from './device.ts';
import { demoMachines } from './machines.ts';
import { userApis } from './users.ts';

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
  const lives = Object.entries(demos).map(([domain, { simulate }]) => {
    const next = simulate(Math.random, Date.now());
    return (now: number) => next(now).map((action) => attempt(domain, action));
  });
  const stop = new AbortController();

  async function perform(domain: string, action: Action): Promise<void> {
    if (action.kind === 'pulses') {
      const device = devices.get(action.machineId);
      device?.push(...action.pulses);
      await device?.flush();
      return;
    }
    const api = await users(action.as);
    const { result } = await api.call<{ result?: unknown }>(
      'POST',
      `commands/${domain}/${action.command}`,
      action.input,
    );
    action.then?.(result);
  }

  async function attempt(domain: string, action: Action): Promise<void> {
    try {
      await perform(domain, action);
    } catch (error) {
      // A person at a screen was faster: that is part of the day.
      if (stop.signal.aborted || (error instanceof ApiProblem && error.status === 409)) return;
      report(error instanceof Error ? error.message : String(error));
    }
  }

  const running = (async () => {
    while (!stop.signal.aborted) {
      const now = Date.now();
      await Promise.all(lives.flatMap((life) => life(now)));
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
