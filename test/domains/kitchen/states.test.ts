/** Every state of an order x every step x every role: what is allowed is done, everything else changes nothing. */
import { describe, expect, test } from 'vitest';
import { type OrderState, orderStates } from '../../../domains/kitchen/states.ts';
import {
  admin,
  clerk,
  cook,
  expo,
  harbourCook,
  minute,
  noon,
  passWith,
  refusalOf,
  theOrder,
  till,
} from './pass.ts';

/** Written out by hand, not taken from the table of the domain: what each step makes of each state. */
const leads: Record<string, Partial<Record<OrderState, OrderState>>> = {
  'start-order': { pending: 'preparing' },
  'bump-order': { preparing: 'ready' },
  'bump-station': { pending: 'preparing', preparing: 'preparing' },
  'serve-order': { ready: 'served' },
  'recall-order': { ready: 'preparing', served: 'ready' },
  'recall-station': { ready: 'preparing' },
  'set-rush': { pending: 'pending', preparing: 'preparing' },
  'cancel-order': { pending: 'cancelled', preparing: 'cancelled' },
};
const people = { admin, cook, expo, till, clerk, harbourCook };
const kitchenHands = ['admin', 'cook', 'expo'];
const may: Record<string, readonly string[]> = {
  'set-rush': ['admin', 'cook', 'expo', 'till'],
  'cancel-order': ['admin', 'expo', 'till'],
};
const inputs: Record<string, object> = {
  'bump-station': { station: 'grill' },
  'recall-station': { station: 'grill' },
  'set-rush': { rush: true },
};

const cases = Object.keys(leads).flatMap((command) =>
  orderStates.flatMap((state) =>
    Object.entries(people).map(([name, who]) => [command, state, name, who] as const),
  ),
);

describe('steps', () => {
  test.each(cases)('%s of an order that is %s, by %s', (command, state, name, who) => {
    const table = passWith(state);
    const before = table.items();
    const input = { location: 'centre', order: 'a', ...inputs[command] };
    const refusal = refusalOf(() => table.command(who, command, input, noon + 5 * minute));
    const to = leads[command]?.[state];
    if ((may[command] ?? kitchenHands).includes(name)) {
      if (to !== undefined) {
        expect(refusal).toBeUndefined();
        expect(theOrder(table).state).toBe(to);
        return;
      }
      expect(refusal).toMatchObject({ code: 'conflict', details: { current: { data: { state } } } });
    } else {
      expect(refusal).toMatchObject({ code: 'forbidden' });
    }
    expect(table.items()).toEqual(before);
  });
});
