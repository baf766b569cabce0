import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinGroup, listGroups } from '../../core/access.ts';
import { type Change, eventsOf, groupEvents } from '../../core/changes.ts';
import { PulsecastError } from '../../core/codes.ts';
import { anonymous, defineDomain, type Item, type Principal, stateOf } from '../../core/domain.ts';
import { firstRev, nextRev } from '../../core/rev.ts';
import { takeSequence } from '../../core/sequence.ts';
import { house } from './plant.ts';

const lamp = (room: string, rev: number): Item => ({
  entity: 'lamp',
  partition: 'house',
  key: 'l1',
  rev,
  data: { room, on: true },
  hidden: { secret: 1 },
});
const ann: Principal = { kind: 'user', sub: 'ann', roles: [], units: ['room:hall'] };

describe('access', () => {
  test('[ACC-1] a group is joined only by whom its rule lets in; what no pattern fits is unknown', () => {
    expect(joinGroup([house], 'house/room/hall', ann).params).toEqual({ room: 'hall' });
    expect(() => joinGroup([house], 'house/room/attic', ann)).toThrow(
      expect.objectContaining({ code: 'forbidden' }),
    );
    expect(() => joinGroup([house], 'house/room/hall', anonymous)).toThrow(
      expect.objectContaining({ code: 'forbidden' }),
    );
    for (const name of ['house/cellar', 'garden/room/hall', 'house', '../x', 'house/room/hall/x']) {
      expect(() => joinGroup([house], name, ann)).toThrow(expect.objectContaining({ code: 'unknown_group' }));
    }
  });

  test('[ACC-2] the list holds what exists and may be joined, and nothing else', () => {
    const directory = stateOf([lamp('hall', 1), { ...lamp('attic', 1), key: 'l2' }]);
    expect(listGroups(house, directory, ann).map(({ group }) => group)).toEqual([
      'house/room/hall',
      'house/house',
    ]);
    expect(listGroups(house, directory, anonymous).map(({ group }) => group)).toEqual(['house/house']);
  });
});

describe('changes become events', () => {
  test('[ROUTE-1] an item that moves is removed in the old group, without its new state, and put in the new', () => {
    const events = eventsOf(house, { before: lamp('hall', 5), after: lamp('attic', 6) });
    expect(events).toEqual([
      { group: 'house/room/hall', event: { entity: 'lamp', key: 'l1', rev: 6, op: 'remove' } },
      {
        group: 'house/room/attic',
        event: { entity: 'lamp', key: 'l1', rev: 6, op: 'put', data: { room: 'attic', on: true } },
      },
      {
        group: 'house/house',
        event: { entity: 'lamp', key: 'l1', rev: 6, op: 'put', data: { room: 'attic', on: true } },
      },
    ]);
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  test('[STATE-3] a removal keeps counting the rev', () => {
    const [first] = eventsOf(house, { before: lamp('hall', 5), after: undefined });
    expect(first?.event).toEqual({ entity: 'lamp', key: 'l1', rev: 6, op: 'remove' });
  });

  test('[LOG-3] a batch keeps the newest state of a latest entity and each state of the others', () => {
    const meter = (rev: number): Item => ({
      entity: 'meter',
      partition: 'house',
      key: 'm',
      rev,
      data: { watts: rev },
      hidden: {},
    });
    const changes: Change[] = [
      { before: undefined, after: meter(1) },
      { before: undefined, after: lamp('hall', 1) },
      { before: meter(1), after: meter(2) },
      { before: lamp('hall', 1), after: lamp('hall', 2) },
    ];
    const seen = groupEvents(house, changes)
      .get('house/house')
      ?.map(({ entity, rev }) => `${entity}@${rev}`);
    expect(seen).toEqual(['lamp@1', 'meter@2', 'lamp@2']);
  });

  test('[ROUTE-2] an entity that the domain does not know reaches nobody', () => {
    expect(eventsOf(house, { before: undefined, after: { ...lamp('hall', 1), entity: 'ghost' } })).toEqual(
      [],
    );
  });
});

test('[STATE-4] rev starts at the epoch milliseconds and rises by one', () => {
  expect(firstRev(1_763_638_000_123.9)).toBe(1_763_638_000_123);
  expect(nextRev(17)).toBe(18);
});

describe('sequence numbers', () => {
  test('[SEQ-1] repeats are duplicates, holes are refused with the number expected', () => {
    expect(takeSequence(undefined, 1, 10)).toEqual({ duplicates: 0, fresh: 10, nextSeq: 11 });
    expect(takeSequence(11, 1, 10)).toEqual({ duplicates: 10, fresh: 0, nextSeq: 11 });
    expect(takeSequence(11, 6, 10)).toEqual({ duplicates: 5, fresh: 5, nextSeq: 16 });
    expect(takeSequence(undefined, 0, 3)).toEqual({ duplicates: 0, fresh: 3, nextSeq: 3 });
    expect(() => takeSequence(11, 12, 1)).toThrow(
      expect.objectContaining({ code: 'sequence_gap', details: { nextSeq: 11 } }),
    );
  });

  test('[SEQ-2] however a device cuts, repeats and resumes its batches, each pulse counts once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 9 }))),
        (total, posts) => {
          let next: number | undefined;
          let counted = 0;
          for (const [back, length] of [...posts, [0, total] as const]) {
            const first = Math.max(1, Math.min((next ?? 1) - back, total));
            const taken = takeSequence(next, first, Math.min(length, total - first + 1));
            counted += taken.fresh;
            next = taken.nextSeq;
          }
          while ((next ?? 1) <= total) {
            const taken = takeSequence(next, next ?? 1, 1);
            counted += taken.fresh;
            next = taken.nextSeq;
          }
          expect(counted).toBe(total);
        },
      ),
    );
  });
});

describe('definitions that contradict themselves', () => {
  test('[DOM-1] throw when they are defined', () => {
    expect(() => defineDomain({ ...house, name: 'My House' })).toThrow('not a domain name');
    expect(() => defineDomain({ ...house, texts: { en: { a: 'a' }, ru: {} } })).toThrow(
      'differ between languages: a',
    );
    const { room } = house.groups;
    if (room === undefined) throw new PulsecastError('internal', 'the plant has rooms');
    expect(() =>
      defineDomain({ ...house, groups: { room, again: { ...room, pattern: 'room/:other' } } }),
    ).toThrow('pattern');
  });
});
