/** Placing an order: once for each key, however often it is sent. */
import * as v from 'valibot';
import { id } from '../../../core/fields.ts';
import { conflict, found, signature } from '../../../core/rules.ts';
import { ordersAt } from '../access.ts';
import type { Order } from '../entities.ts';
import { hoursRead, tally } from '../hours.ts';
import { archiveOf, kitchens, locationOf, pickupOf } from '../partitions.ts';
import { orderedLines, orderFields } from '../schemas.ts';
import { command } from './command.ts';

export const placeOrder = command({
  input: v.strictObject({
    location: id,
    /** Key of the order, given by the till: what is sent again under it changes nothing. */
    order: id,
    ...orderFields,
    rush: v.optional(v.boolean(), false),
    lines: orderedLines,
  }),
  reads: ({ location, order, number }) => [
    { partition: kitchens, entity: 'location', key: location },
    { partition: locationOf(location), entity: 'order', key: order },
    { partition: archiveOf(location), entity: 'past', key: order },
    { partition: pickupOf(location), entity: 'ticket', key: String(number) },
    hoursRead(location),
  ],
  allow: (principal, { location }) => ordersAt(principal, location),
  run: (state, { order: key, lines, ...input }, { principal, now }) => {
    const { location, number } = input;
    found(state.get('location', location), 'location');
    const known = state.get('order', key) ?? state.get('past', key);
    if (known !== undefined) {
      if (known.data.number !== number) throw conflict('There is an order with this key already.', known);
      return { writes: [], result: { order: key, number } };
    }
    const held = state.get('ticket', String(number));
    if (held !== undefined) throw conflict(`Number ${number} is out: its order is not served yet.`, held);
    const data: Order = {
      ...input,
      lines: lines.map((line) => ({ ...line, prepared: false })),
      state: 'pending',
      placedAt: now,
      changedAt: now,
      changedBy: signature(principal),
    };
    return {
      writes: [
        { op: 'create', ref: { entity: 'order', partition: locationOf(location), key }, data },
        {
          op: 'create',
          ref: { entity: 'ticket', partition: pickupOf(location), key: String(number) },
          data: { location, state: 'pending', since: now },
        },
        ...tally(state, location, [{ at: now, amounts: { placed: 1 } }]),
      ],
      result: { order: key, number },
    };
  },
});
