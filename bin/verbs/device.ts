import { apiOf } from '../api.ts';
import type { Call } from '../cli.ts';
import { UsageError } from '../words.ts';

interface Device {
  device: string;
  machines?: string[];
  createdAt: string;
  revokedAt?: string;
}

/** Manages device keys: `add [NAME]`, `list`, `revoke NAME`. */
export async function device(call: Call): Promise<void> {
  const [action, word] = call.words;
  const api = apiOf(call.url, await call.token());
  const name = word ?? (call.options.name as string | undefined);
  if (action === 'add') {
    const machines = call.options.machine as string[] | undefined;
    const added = await api.call<{ device: string; key: string }>('POST', 'devices', {
      device: name ?? `device-${Date.now().toString(36)}`,
      ...(machines === undefined ? {} : { machines: machines.flatMap((each) => each.split(',')) }),
    });
    call.print(
      `Device ${added.device}; it may post for ${machines?.join(', ') ?? 'every machine'}. The key is shown only now:`,
    );
    call.print(added.key);
  } else if (action === 'list') {
    const { devices } = await api.call<{ devices: Device[] }>('GET', 'devices');
    for (const each of devices) {
      const state = each.revokedAt === undefined ? 'active' : `revoked ${each.revokedAt}`;
      call.print(
        `${each.device.padEnd(24)} ${(each.machines?.join(',') ?? 'all machines').padEnd(24)} ${state}`,
      );
    }
  } else if (action === 'revoke' && name !== undefined) {
    await api.call('DELETE', `devices/${encodeURIComponent(name)}`);
    call.print(`Device ${name} may not post any more.`);
  } else {
    throw new UsageError('device add [NAME] [--machine ID]... | device list | device revoke NAME');
  }
}
