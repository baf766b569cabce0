import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFrameScanner } from '../../../local/gateway/frames.ts';
import { createBucket } from '../../../local/gateway/limits.ts';
import { selectRoute } from '../../../local/gateway/route-selection.ts';
import { isConnectionId, randomId, requestTime } from '../../../local/gateway/wire.ts';

describe('selectRoute', () => {
  test.each<[string, string, string | undefined]>([
    ['$request.body.action', '{"action":"a"}', 'a'],
    ['$request.body.action', '{"action":7}', '7'],
    ['$request.body.action', '{"other":"a"}', undefined],
    ['$request.body.action', '{"action":{"x":1}}', undefined],
    ['$request.body.action', 'a', undefined],
    ['$request.body.action', 'null', undefined],
    ['$request.body.message.type', '{"message":{"type":"a"}}', 'a'],
    ['$request.body.list[1].type', '{"list":[{},{"type":"a"}]}', 'a'],
    [`\${request.body.service}/\${request.body.action}`, '{"service":"s","action":"a"}', 's/a'],
    [`\${request.body.service}/\${request.body.action}`, '{"service":"s"}', undefined],
    ['$request.body.action', '{"action":"$connect"}', undefined],
    ['$request.body.constructor', '{}', undefined],
  ])('%s of %s is %s', (expression, message, key) => {
    expect(selectRoute(expression, message)).toBe(key);
  });
});

/** A client's frame: masked, with the shortest length field that fits. */
function frame(length: number): Buffer {
  const header =
    length < 126
      ? Buffer.from([0x81, 0x80 | length])
      : length < 65_536
        ? Buffer.from([0x81, 0x80 | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([0x81, 0x80 | 127]), Buffer.alloc(8)]);
  if (length >= 65_536) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, Buffer.alloc(4), Buffer.alloc(length)]);
}

test('the frame scanner finds a frame above the limit in whatever pieces the bytes come', () => {
  const limit = 200;
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(400), fc.constant(70_000)), { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }),
      (lengths, pieces) => {
        const bytes = Buffer.concat(lengths.map(frame));
        const tooLarge = createFrameScanner(limit);
        let found = false;
        for (let at = 0, n = 0; at < bytes.length && !found; n++) {
          const size = pieces[n % pieces.length] ?? 1;
          found = tooLarge(bytes.subarray(at, at + size));
          at += size;
        }
        expect(found).toBe(lengths.some((length) => length > limit));
      },
    ),
  );
});

test('a bucket gives its burst, then its rate', () => {
  let now = 0;
  const take = createBucket(10, 3, () => now);
  const taken = () => Array.from({ length: 5 }, take).filter(Boolean).length;
  expect(taken()).toBe(3);
  now += 200;
  expect(taken()).toBe(2);
  now += 60_000;
  expect(taken()).toBe(3);
});

test('ids and times look like those of AWS', () => {
  for (let n = 0; n < 100; n++) expect(isConnectionId(randomId())).toBe(true);
  expect(isConnectionId('L0SM9cOFvHcCIhw=')).toBe(true);
  expect(isConnectionId('nonsense')).toBe(false);
  expect(requestTime(Date.UTC(2025, 2, 16, 0, 46, 38))).toBe('16/Mar/2025:00:46:38 +0000');
});
