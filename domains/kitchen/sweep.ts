/**
 * What the clock does: closed orders leave the displays for the archive, but for the last that may be recalled; what was
 * left open for half a day, as at the end of a shift, is cancelled, and its number is free again.
 */
import type { SweepDef, Write } from '../../core/domain.ts';
import type { Kitchen, KitchenItem } from './entities.ts';
import { recallable } from './orders.ts';
import { archiveOf, locationOf, pickupOf } from './partitions.ts';
import { isOpen } from './states.ts';

/** How long an order stays open without a step, in ms. */
export const forgottenMs = 12 * 60 * 60 * 1000;

export const sweep: SweepDef<Kitchen> = {
  partitions: (directory) =>
    directory.list('location').flatMap(({ key }) => [locationOf(key), pickupOf(key)]),
  run: (state, now) => [
    ...state
      .list('order')
      .filter(({ data }) => !isOpen(data.state))
      .sort((a, b) => b.data.changedAt - a.data.changedAt)
      .slice(recallable)
      .map(archive),
    ...state
      .list('order')
      .filter(({ data }) => isOpen(data.state) && now - data.changedAt >= forgottenMs)
      .map((was): Write<Kitchen>[] => [
        { op: 'update', was, data: { ...was.data, state: 'cancelled', closedAt: now, changedAt: now } },
      ]),
    ...state
      .list('ticket')
      .filter(({ data }) => now - data.since >= forgottenMs)
      .map((was): Write<Kitchen>[] => [{ op: 'remove', was }]),
  ],
};

function archive(was: KitchenItem<'order'>): Write<Kitchen>[] {
  const ref = { entity: 'past' as const, partition: archiveOf(was.data.location), key: was.key };
  return [
    { op: 'remove', was },
    { op: 'create', ref, data: was.data },
  ];
}
