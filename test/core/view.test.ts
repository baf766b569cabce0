import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '../../core/protocol.ts';
import { applyEntry, GroupView } from '../../core/view.ts';

const event = (key: string, rev: number, removed = false): Event =>
  removed
    ? { entity: 'lamp', key, rev, op: 'remove' }
    : { entity: 'lamp', key, rev, op: 'put', data: { rev } };

test('[STATE-1] events in any order, any number of times, give the same view', () => {
  const history = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), removed: fc.boolean() }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(history, fc.infiniteStream(fc.nat()), (changes, order) => {
      const revs = new Map<string, number>();
      const events = changes.map(({ key, removed }) => {
        revs.set(key, (revs.get(key) ?? 0) + 1);
        return event(key, revs.get(key) ?? 0, removed);
      });
      const straight = new GroupView();
      for (const each of events) straight.applyEvent(each);
      const shuffled = new GroupView();
      const deck = [...events, ...events].map((each) => ({ each, rank: order.next().value ?? 0 }));
      for (const { each } of deck.sort((a, b) => a.rank - b.rank)) shuffled.applyEvent(each);
      const ids = (view: GroupView) =>
        view
          .list()
          .map(({ key, rev }) => `${key}@${rev}`)
          .sort();
      expect(ids(shuffled)).toEqual(ids(straight));
    }),
  );
});

test('[STATE-2] a late event does not bring a removed item back; one created anew does rise', () => {
  const view = new GroupView();
  view.applyEvent(event('a', 5, true));
  view.applyEvent(event('a', 4));
  expect(view.list()).toEqual([]);
  view.applyEvent(event('a', 6));
  expect(view.list()).toHaveLength(1);
});

test('[LOG-2] entries are applied in sequence; a gap changes nothing', () => {
  const view = new GroupView();
  expect(applyEntry(view, { offset: 1, events: [] })).toBe('gap');
  view.applySnapshot(10, []);
  expect(applyEntry(view, { offset: 12, events: [event('a', 1)] })).toBe('gap');
  expect(view.list()).toEqual([]);
  expect(applyEntry(view, { offset: 11, events: [event('a', 1)] })).toBe('apply');
  expect(applyEntry(view, { offset: 11, events: [event('a', 9)] })).toBe('drop');
  expect(view.list().map(({ rev }) => rev)).toEqual([1]);
});

test('[REC-5] a snapshot removes what it does not have, and never takes an item back in time', () => {
  const view = new GroupView();
  view.applySnapshot(1, [
    { entity: 'lamp', key: 'a', rev: 1, data: {} },
    { entity: 'lamp', key: 'b', rev: 7, data: {} },
    { entity: 'lamp', key: 'c', rev: 1, data: {} },
  ]);
  view.applySnapshot(5, [{ entity: 'lamp', key: 'b', rev: 6, data: {} }]);
  expect(view.list().map(({ key, rev }) => `${key}@${rev}`)).toEqual(['b@7']);
  expect(view.offset).toBe(5);
});
