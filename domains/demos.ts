/** The demos of the domains by name, for `npm start` and the command line. No function is bundled with them. */
import type { Demo } from '../core/demo.ts';
import { demo as factory } from './factory/demo.ts';
import { demo as kitchen } from './kitchen/demo.ts';
import { demo as records } from './records/demo.ts';
import { demo as stations } from './stations/demo.ts';

export const demos: Readonly<Record<string, Demo>> = { factory, kitchen, records, stations };
