import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnyDomain, defineDomain, type Item, stateOf } from '../../core/domain.ts';
import { isGroupName, noticeGroupOf, segmentOf } from '../../core/group.ts';
import { noticeOf, notifications, notifierOf } from '../../core/notices.ts';

const notices = {
  late: {
    severity: 'warning',
    text: {
      en: 'Order {order} is {minutes} min late',
      ru: '\u0417\u0430\u043a\u0430\u0437 {order}: +{minutes}',
    },
  },
} as const;
const shop: AnyDomain = defineDomain({
  name: 'shop',
  entities: {},
  directory: 'all',
  groups: {},
  commands: {},
  notices,
  texts: { en: {}, ru: {} },
});
const notify = notifierOf(notices);

describe('a notice', () => {
  test('[NOTE-1] has its text in both languages, and leads to a group of its domain', () => {
    const write = notify('late', { to: ['ann'], values: { order: '7', minutes: 3 }, group: 'order/7' });
    expect(noticeOf(shop, write, 5)).toEqual({
      domain: 'shop',
      notice: 'late',
      severity: 'warning',
      text: { en: 'Order 7 is 3 min late', ru: '\u0417\u0430\u043a\u0430\u0437 7: +3' },
      at: 5,
      group: 'shop/order/7',
    });
  });

  test('[NOTE-1] without a text or a value is a fault of the rule', () => {
    expect(() => noticeOf(shop, { op: 'notify', to: [], notice: 'gone' }, 5)).toThrow('no notice "gone"');
    expect(() => noticeOf(shop, notify('late', { to: [], values: { order: '7' } }), 5)).toThrow('"minutes"');
  });

  test('[NOTE-3] is marked as read once', () => {
    const data = noticeOf(shop, notify('late', { to: [], values: { order: '7', minutes: 3 } }), 5);
    const item = (key: string, more: object): Item => ({
      entity: 'notice',
      partition: 'ann',
      key,
      rev: 1,
      data: { ...data, ...more },
      hidden: {},
    });
    const ann = { kind: 'user' as const, sub: 'ann', roles: [], units: [] };
    const decision = notifications.commands.read?.run(
      stateOf([item('a', {}), item('b', { readAt: 6 })]),
      { keys: ['a', 'b'] },
      { principal: ann, now: 9, id: () => 'x' },
    );
    expect(decision?.writes).toMatchObject([{ op: 'update', was: { key: 'a' }, data: { readAt: 9 } }]);
  });
});

describe('the group of a person', () => {
  test.each([
    ['ann', 'notifications/ann'],
    ['auth0|5f7c', 'notifications/auth0:7c5f7c'],
    ['a:b/c#d', 'notifications/a:3ab:2fc:23d'],
    ['\u0418\u0432\u0430\u043d', 'notifications/:d0:98:d0:b2:d0:b0:d0:bd'],
    ['', undefined],
    ['x'.repeat(65), undefined],
  ])('[NOTE-4] of %s is %s', (sub, group) => {
    expect(noticeGroupOf(sub)).toBe(group);
  });

  test('[NOTE-4] is a name that no other person has', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 24, unit: 'binary' }),
        fc.string({ maxLength: 24 }),
        (one, other) => {
          const group = noticeGroupOf(one);
          if (group !== undefined) expect(isGroupName(group)).toBe(true);
          const same = Buffer.from(one).equals(Buffer.from(other));
          if (!same && group !== undefined) expect(segmentOf(other)).not.toBe(segmentOf(one));
        },
      ),
    );
  });
});
