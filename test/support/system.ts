/** Starts the whole system for a test: the synthesized assembly, nothing kept, a free port, quiet. */
import { seed } from '../../bin/demo/seed.ts';
import { type System, type SystemOptions, startSystem } from '../../bin/system.ts';
import { assembly } from './assembly.ts';

/** The assembly that local systems run; its site is a stand-in unless `site` names the built one. */
export const systemAssembly = (site?: string) => assembly(site === undefined ? {} : { site });

export interface TestSystemOptions extends Partial<SystemOptions> {
  /** The domains whose demo is there at first. @default factory */
  seeds?: readonly string[];
}

export async function startTestSystem({
  seeds = ['factory'],
  ...options
}: TestSystemOptions = {}): Promise<System> {
  const system = await startSystem({ assembly: systemAssembly(), port: 0, ...options });
  await seed(system.origin, seeds);
  return system;
}
