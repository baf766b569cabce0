/** The factory's demo. */
import type { Demo } from '../../core/demo.ts';
import { demoLines, seed } from './seed.ts';
import { simulate } from './simulate.ts';

export const demo: Demo = { seed, simulate, machines: demoLines.flatMap(({ machines }) => [...machines]) };
