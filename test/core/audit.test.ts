import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { auditEntry, entriesOf } from '../../core/audit.ts';
import { type AnyDomain, defineDomain, entity, type Item, type Principal } from '../../core/domain.ts';
import { jsonBytes } from '../../core/log.ts';

const card = entity({
  data: v.strictObject({ unit: v.string(), text: v.string(), count: v.number() }),
  delivery: 'instant',
  latest: true,
  groups: () => [],
});

/** Cards of units; each unit has a trail of its own, and admins have one of what belongs to none. */
const cards: AnyDomain = defineDomain({
  name: 'cards',
  entities: { card },
  directory: 'all',
  groups: {
    unit: { pattern: 'audit/:unit', join: () => true, partitions: () => [], audit: true, list: () => [] },
  },
  commands: {},
  audit: ({ data }) => {
    const { unit } = data as { unit: string };
    return unit === '' ? ['audit'] : [`audit/${unit}`];
  },
  texts: { en: {}, ru: {} },
});

const ann: Principal = { kind: 'user', sub: 'ann', name: 'Ann', roles: [], units: [] };
const act = { principal: ann, command: 'edit', now: 1_763_638_000_000, id: 'abc' };
const item = (key: string, unit: string, more: object = {}): Item => ({
  entity: 'card',
  partition: 'p',
  key,
  rev: 1,
  data: { unit, text: 'a', count: 1, ...more },
  hidden: { secret: 7 },
});

describe('the audit trail', () => {
  test('[AUD-1] says of each write what was before and after, and only the fields that changed', () => {
    const was = item('b', '1');
    const entries = entriesOf(
      cards,
      [
        {
          op: 'create',
          ref: { entity: 'card', partition: 'p', key: 'a' },
          data: { unit: '1', text: 'x', count: 0 },
        },
        { op: 'update', was, data: { ...was.data, text: 'c' } },
        { op: 'remove', was: item('c', '1') },
        { op: 'add', was: item('d', '1'), amounts: { count: 2 } },
        { op: 'notify', to: ['bob'], notice: 'hello' },
      ] as Parameters<typeof entriesOf>[1],
      act,
    );
    expect(entries).toEqual([
      {
        group: 'cards/audit/1',
        key: '1763638000000-abc',
        data: {
          at: act.now,
          by: { sub: 'ann', name: 'Ann' },
          command: 'edit',
          changes: [
            { entity: 'card', key: 'a', after: { unit: '1', text: 'x', count: 0 } },
            { entity: 'card', key: 'b', before: { text: 'a' }, after: { text: 'c' } },
            { entity: 'card', key: 'c', before: { unit: '1', text: 'a', count: 1 } },
            { entity: 'card', key: 'd', before: { count: 1 }, after: { count: 3 } },
          ],
        },
      },
    ]);
    expect(v.is(auditEntry, entries[0]?.data)).toBe(true);
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  test('[AUD-4] an item that moves leaves one trail and comes into the other, and neither sees both', () => {
    const was = item('a', '1', { text: 'of unit 1' });
    const other = item('b', '', {});
    const entries = entriesOf(
      cards,
      [
        { op: 'update', was, data: { unit: '2', text: 'of unit 2', count: 1 } },
        { op: 'update', was: other, data: { ...other.data, count: 5 } },
      ],
      act,
    );
    const changes = Object.fromEntries(entries.map(({ group, data }) => [group, data.changes]));
    expect(changes).toEqual({
      'cards/audit/1': [{ entity: 'card', key: 'a', before: { unit: '1', text: 'of unit 1', count: 1 } }],
      'cards/audit/2': [{ entity: 'card', key: 'a', after: { unit: '2', text: 'of unit 2', count: 1 } }],
      'cards/audit': [{ entity: 'card', key: 'b', before: { count: 1 }, after: { count: 5 } }],
    });
  });

  test('[AUD-5] a large entry is shortened to fit a frame, and kept whole beside', () => {
    const many = Array.from({ length: 90 }, (_, index) =>
      item(`k${index}`, '1', { text: '\u0436'.repeat(200) }),
    );
    const [entry] = entriesOf(
      cards,
      many.map((was) => ({ op: 'remove', was })),
      act,
    );
    expect(jsonBytes(entry?.data)).toBeLessThanOrEqual(11 * 1024);
    expect(entry?.data.shortened).toBe(true);
    expect(entry?.data.changes).toHaveLength(90);
    expect(entry?.data.changes[0]).toMatchObject({ key: 'k0', before: { text: '\u2026', count: 1 } });
    expect(entry?.whole?.[89]).toMatchObject({ before: { text: '\u0436'.repeat(200) } });
  });
});
