/** What the demo consists of: the seeds of the domains, and the machines that simulators speak for. */
import { demoLines, seed as factorySeed } from '../../domains/factory/seed.ts';

/** Seed steps by domain, in order; each is a command with its idempotency key. */
export const seeds = { factory: factorySeed } as const;

export function demoMachines(): string[] {
  return demoLines.flatMap(({ machines }) => [...machines]);
}
