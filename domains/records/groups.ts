/** A unit for its people, its audit trail for its heads, a store for its keepers. */
import type { GroupDef } from '../../core/domain.ts';
import { isHead, isOfUnit, keepsStore } from './access.ts';
import type { Records } from './entities.ts';
import { auditOf, storeOf, unitOf } from './partitions.ts';

export const groups = {
  unit: {
    pattern: unitOf(':unit'),
    join: (principal, { unit = '' }) => isOfUnit(principal, unit),
    partitions: ({ unit = '' }) => [unitOf(unit)],
    presence: true,
    list: (directory) =>
      directory.list('unit').map(({ key, data }) => ({ params: { unit: key }, title: data.title })),
  },
  trail: {
    pattern: auditOf(':unit'),
    audit: true,
    join: (principal, { unit = '' }) => isHead(principal, unit),
    partitions: () => [],
    list: (directory) =>
      directory.list('unit').map(({ key, data }) => ({
        params: { unit: key },
        title: { en: `${data.title}: audit trail`, ru: `${data.title}: журнал изменений` },
      })),
  },
  store: {
    pattern: storeOf(':store'),
    join: (principal, { store = '' }) => keepsStore(principal, store),
    partitions: ({ store = '' }) => [storeOf(store)],
    list: (directory) =>
      directory.list('depot').map(({ key, data }) => ({ params: { store: key }, title: data.title })),
  },
} satisfies Record<string, GroupDef<Records>>;
