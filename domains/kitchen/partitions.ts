/** Where items live: names of partitions (the table in `entities.ts`). */

/** The partition that lists the locations. */
export const kitchens = 'kitchens';
/** Partition of a location's open and lately served orders; also the path of its group. */
export const locationOf = (location: string) => `location/${location}`;
/** Partition of the numbers that are out; also the path of the guests' group. */
export const pickupOf = (location: string) => `pickup/${location}`;
/** Partition of a location's hours; also the path of their group. */
export const analyticsOf = (location: string) => `analytics/${location}`;
/** Partition of served and cancelled orders. */
export const archiveOf = (location: string) => `archive/${location}`;
