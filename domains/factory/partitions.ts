/** Where items live: names of partitions (the table in `entities.ts`). */

/** The partition that lists sites and lines. */
export const plant = 'plant';
export const claims = 'claims';
/** Partition of a line: its machines, people, active shift and what happens in it; also the path of its group. */
export const lineOf = (line: string) => `line/${line}`;
/** Partition of a site: its open and recent security events; also the path of its group. */
export const siteOf = (site: string) => `site/${site}`;
/** Partition of a line's ended shifts, and of what happened in them. */
export const historyOf = (line: string) => `history/${line}`;
/** Partition of a site's old acknowledged security events. */
export const archiveOf = (site: string) => `archive/${site}`;
