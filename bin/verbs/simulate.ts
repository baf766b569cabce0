import { setTimeout as pause } from 'node:timers/promises';
import { ApiProblem, apiOf } from '../api.ts';
import { type Call, numberOf } from '../cli.ts';
import { Device } from '../demo/device.ts';
import { demoMachines } from '../demo/machines.ts';
import { wordsOf } from '../words.ts';

/**
 * Devices that post pulses over HTTPS, each at a steady rate with a little jitter, one batch a second. An outage of the
 * server is bridged: what could not be sent is sent later. Ctrl-C or `--seconds` ends it after the last flush.
 */
export async function simulate(call: Call): Promise<void> {
  const rate = numberOf(call, 'rate', 120);
  const seconds = numberOf(call, 'seconds', Number.MAX_SAFE_INTEGER);
  const named = call.options.machine as string[] | undefined;
  const machines = named?.flatMap((each) => each.split(',')) ?? demoMachines();
  const admin = apiOf(call.url, await call.token());
  const { key } = await admin.call<{ key: string }>('POST', 'devices', { device: 'simulator', machines });
  const devices = machines.map((machineId) => new Device(apiOf(call.url, key), machineId));

  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  call.print(`${devices.length} machines, ${rate} pulses/min each. Ctrl-C ends it.`);
  let sent = 0;
  for (let second = 0; second < seconds && !stop.signal.aborted; second += 1) {
    const now = Date.now();
    for (const device of devices) {
      const due = Math.floor((rate / 60) * (second + 1) + Math.random()) - Math.floor((rate / 60) * second);
      for (let index = 0; index < due; index += 1)
        device.push({ at: now - 1000 + Math.floor((index * 1000) / due), count: 1 });
      sent += due;
    }
    const outcomes = await Promise.allSettled(devices.map((device) => device.flush()));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed?.reason instanceof ApiProblem && failed.reason.status < 500) throw failed.reason;
    if (failed !== undefined)
      call.print(`Not taken yet, will be sent again: ${wordsOf(failed.reason, call.url)}`);
    await pause(1000, undefined, { signal: stop.signal }).catch(() => undefined);
  }
  await Promise.all(devices.map((device) => device.flush()));
  call.print(`${sent} pulses sent.`);
}
