/** Starts the whole system for a test: the synthesized assembly, nothing kept, a free port, quiet. */

import { seed } from '../../bin/demo/seed.ts';
import { type System, type SystemOptions, startSystem } from '../../bin/system.ts';
import { assembly } from './assembly.ts';

export async function startTestSystem(
  options: Partial<SystemOptions> & { empty?: boolean } = {},
): Promise<System> {
  const { empty = false, ...rest } = options;
  const system = await startSystem({ assembly: await assembly(), port: 0, log: () => undefined, ...rest });
  if (!empty) await seed(system.origin);
  return system;
}
