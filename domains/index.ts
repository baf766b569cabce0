/** The domains of this repository. A team's own app gives its own list (docs/adding-a-domain.md). */
import type { AnyDomain } from '../core/domain.ts';
import { factory } from './factory/index.ts';
import { kitchen } from './kitchen/index.ts';
import { records } from './records/index.ts';
import { stations } from './stations/index.ts';

export const domains: readonly AnyDomain[] = [factory, kitchen, records, stations];
