import type { Call } from '../cli.ts';
import { demoUsers } from '../demo/users.ts';

/** Lists the demo users: name (which is the password too), roles, units. */
export async function users(call: Call): Promise<void> {
  const list = (value: unknown) => (Array.isArray(value) && value.length > 0 ? value.join(', ') : '-');
  for (const { name, claims } of demoUsers) {
    call.print(`${name.padEnd(16)} ${list(claims.roles).padEnd(16)} ${list(claims.units)}`);
  }
}
