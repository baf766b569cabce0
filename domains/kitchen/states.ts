/** The life of an order, as data: which step leads from where to where, and who takes it. */

/** Where food is made; each line of an order is routed to one of them. */
export const stations = ['grill', 'fryer', 'cold', 'bar'] as const;
export type Station = (typeof stations)[number];

export const orderStates = ['pending', 'preparing', 'ready', 'served', 'cancelled'] as const;
export type OrderState = (typeof orderStates)[number];

/** States with a display and colours of their own; in the others nobody waits any more. */
export const openStates = ['pending', 'preparing', 'ready'] as const;
export type OpenState = (typeof openStates)[number];
export const isOpen = (state: OrderState): state is OpenState => openStates.some((open) => open === state);

/** How somebody receives an order. */
export const services = ['table', 'takeaway', 'delivery'] as const;
export type Service = (typeof services)[number];

/** Who works with orders. `pos` is the till, `expo` hands out what is ready. */
export const roles = ['cook', 'expo', 'pos', 'admin'] as const;
export type Role = (typeof roles)[number];

interface Step {
  from: readonly OrderState[];
  /** Where it leads: by the state it comes from, as a recall goes one step back from wherever the order is. */
  to: Partial<Record<OrderState, OrderState>>;
  roles: readonly Role[];
}

const step = (to: Step['to'], ...who: readonly Role[]): Step => ({
  from: orderStates.filter((state) => to[state] !== undefined),
  to,
  roles: who,
});

/**
 * `bump` is of the whole order. `bump-station` is of the lines of one station: it starts an order that is pending, and the
 * last station makes it ready. `rush` changes no state.
 */
export const steps = {
  start: step({ pending: 'preparing' }, 'cook', 'expo', 'admin'),
  bump: step({ preparing: 'ready' }, 'cook', 'expo', 'admin'),
  'bump-station': step({ pending: 'preparing', preparing: 'preparing' }, 'cook', 'expo', 'admin'),
  serve: step({ ready: 'served' }, 'cook', 'expo', 'admin'),
  recall: step({ ready: 'preparing', served: 'ready' }, 'cook', 'expo', 'admin'),
  'recall-station': step({ preparing: 'preparing', ready: 'preparing' }, 'cook', 'expo', 'admin'),
  rush: step({ pending: 'pending', preparing: 'preparing' }, 'cook', 'expo', 'pos', 'admin'),
  cancel: step({ pending: 'cancelled', preparing: 'cancelled' }, 'expo', 'pos', 'admin'),
} as const satisfies Record<string, Step>;
export type StepName = keyof typeof steps;
