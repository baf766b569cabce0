/** The codes of the records store: what stands on screens as a word, an icon and a colour. */

/** Storage brings crates in, withdrawal lends them out, destruction ends them. */
export const kinds = ['storage', 'withdrawal', 'destruction'] as const;

export const requestStates = [
  'submitted',
  'waiting',
  'sent-back',
  'approved',
  'on-hold',
  'rejected',
  'cancelled',
  'stored',
  'issued',
  'returned',
  'destroyed',
] as const;

/** States in which nothing more is to be done. */
export const closedStates = ['rejected', 'cancelled', 'stored', 'returned', 'destroyed'] as const;

/** `here`: with the unit, not in the store yet. `out`: lent to the unit, its place kept for it. */
export const crateStates = ['here', 'stored', 'out', 'destroyed'] as const;

/** How soon the store is to act, in hours from the submission. */
export const serviceHours = { express: 4, day: 24, standard: 72, planned: 336 } as const;
export type Service = keyof typeof serviceHours;
export const services = ['express', 'day', 'standard', 'planned'] as const satisfies readonly Service[];

export const rejectReasons = [
  'not-justified',
  'wrong-crates',
  'retention-not-over',
  'legal-hold',
  'duplicate',
  'other',
] as const;

export const sendBackReasons = ['incomplete', 'wrong-crates', 'wrong-dates', 'unclear', 'other'] as const;

/** Why crates may be destroyed. */
export const bases = ['retention-over', 'duplicate', 'damaged', 'consent'] as const;

/** What a person does in the unit, for the notices. */
export const unitRoles = ['head', 'clerk'] as const;

export type Kind = (typeof kinds)[number];
export type RequestState = (typeof requestStates)[number];
export type CrateState = (typeof crateStates)[number];

export const isClosed = (state: RequestState) => (closedStates as readonly string[]).includes(state);
