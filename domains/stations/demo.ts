/** The demo of the battery-swap network. */
import type { Demo } from '../../core/demo.ts';
import { seed } from './seed.ts';
import { simulate } from './simulate.ts';

export const demo: Demo = { seed, simulate };
