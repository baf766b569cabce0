/** The groups of the plant: a line for those who work at it, a site for those who oversee it. */
import type { GroupDef } from '../../core/domain.ts';
import { oversees, worksAt } from './access.ts';
import type { Factory } from './entities.ts';
import { lineOf, plant, siteOf } from './partitions.ts';

export const groups = {
  line: {
    pattern: 'line/:line',
    join: (principal, { line = '' }) => worksAt(principal, line),
    partitions: ({ line = '' }) => [plant, lineOf(line)],
    presence: true,
    list: (directory) =>
      directory.list('line').map(({ key, data }) => ({ params: { line: key }, title: data.title })),
  },
  site: {
    pattern: 'site/:site',
    join: (principal, { site = '' }) => oversees(principal, site),
    partitions: ({ site = '' }) => [plant, siteOf(site)],
    list: (directory) =>
      directory.list('site').map(({ key, data }) => ({ params: { site: key }, title: data.title })),
  },
} satisfies Record<string, GroupDef<Factory>>;
