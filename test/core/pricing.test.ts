import { expect, test } from 'vitest';
import { billOf, priceOf } from '../../core/pricing.ts';

test('100 screens at a frame a second cost in 30 days what the README says', () => {
  const seconds = 30 * 24 * 3600;
  expect(priceOf('websocket.messages', 100 * seconds)).toBeCloseTo(259.2, 6);
  expect(priceOf('websocket.connectionMinutes', (100 * seconds) / 60)).toBeCloseTo(1.08, 6);
});

test('a bill adds what each resource used, and leaves out what has no price', () => {
  const { lines, total } = billOf({
    'dynamodb.writeUnits': { Log: 1_000_000, Members: 1_000_000 },
    'lambda.gbMs': { broadcast: 1e9 },
    'cdn.requests': { site: 5 },
  });
  expect(lines.filter(({ amount }) => amount > 0)).toEqual([
    { kind: 'lambda.gbMs', amount: 1e9, cost: expect.closeTo(13.3334, 6) },
    { kind: 'dynamodb.writeUnits', amount: 2_000_000, cost: 1.25 },
  ]);
  expect(total).toBeCloseTo(14.5834, 6);
});
