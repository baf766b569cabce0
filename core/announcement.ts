/** Words to everybody who looks at a group: a test of the way, or news. */
import * as v from 'valibot';
import { text } from './fields.ts';

/** Input of `POST /api/announcements`: words for everybody who looks at a group, or at any. */
export const announcement = v.pipe(
  v.strictObject({
    group: v.exactOptional(v.string()),
    all: v.exactOptional(v.literal(true)),
    text: text(200),
    /** How long it is shown, in seconds. */
    seconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(5), v.maxValue(3600)), 60),
  }),
  v.check(({ group, all }) => (group === undefined) !== (all === undefined), 'takes either "group" or "all"'),
);
