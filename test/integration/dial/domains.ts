/** A shop with one entity of each delivery, seen by everybody. */
import * as v from 'valibot';
import { defineDomain, entity } from '../../../core/domain.ts';

const state = (delivery: 'instant' | 'relaxed') =>
  entity({ data: v.object({ n: v.number() }), delivery, latest: true, groups: () => ['all'] });

export const domains = [
  defineDomain({
    name: 'shop',
    entities: { order: state('instant'), visit: state('relaxed') },
    directory: 'shop',
    groups: {
      all: {
        pattern: 'all',
        join: () => true,
        partitions: () => ['shop'],
        list: () => [{ params: {}, title: 'All' }],
      },
    },
    commands: {},
    texts: { en: {}, ru: {} },
  }),
];
