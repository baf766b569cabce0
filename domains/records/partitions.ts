/** Where the records live. A unit's group reads the unit's own partition alone: not even a page's end names another's item. */

/** The directory: stores and units. No group reads it. */
export const registry = 'registry';
/** A unit's requests, crates, shelves and people; also the path of its group. */
export const unitOf = (unit: string) => `unit/${unit}`;
/** A store's places and its desk; also the path of its group. */
export const storeOf = (store: string) => `store/${store}`;
/** Old closed requests and destroyed crates of a unit. No group reads it. */
export const archiveOf = (unit: string) => `archive/${unit}`;
/** Group of a unit's audit trail. */
export const auditOf = (unit: string) => `audit/${unit}`;
/** A request on the store's desk. Units' ids hold no dot. */
export const jobKey = (unit: string, request: string) => `${unit}.${request}`;
/** What people call a request: `W-12`. */
export const labelOf = (request: string) => request.toUpperCase();
