/** Starts the whole system for a test: the synthesized assembly, nothing kept, a free port, quiet. */
import { seed } from '../../bin/demo/seed.ts';
import { type System, type SystemOptions, startSystem } from '../../bin/system.ts';
import { assembly } from './assembly.ts';

/** The assembly that local systems run; its site is a stand-in unless `site` names the built one. */
export const systemAssembly = (site?: string) => assembly(site === undefined ? {} : { site });

export async function startTestSystem(
  options: Partial<SystemOptions> & { empty?: boolean } = {},
): Promise<System> {
  const { empty = false, ...rest } = options;
  const system = await startSystem({ assembly: systemAssembly(), port: 0, ...rest });
  if (!empty) await seed(system.origin);
  return system;
}
