/**
 * What the platform itself shows in groups, as a domain of its own: its items go the same way as those of any domain.
 * It has no name, which no other domain can have; its items name their groups in full.
 */
import * as v from 'valibot';
import { type AnyDomain, entity } from './domain.ts';

export const platform: AnyDomain = {
  name: '',
  directory: '',
  entities: {
    /** Partition: the group's full name. Key: the person's `sub`. Data: `PresenceData`. */
    presence: entity({
      data: v.strictObject({ name: v.string(), since: v.number(), leftAt: v.optional(v.number()) }),
      // Many come and go at once at the start of a shift: gathered, they are one frame for each who looks.
      delivery: 'relaxed',
      latest: true,
      groups: ({ partition }) => [partition],
    }),
  },
  groups: {},
  commands: {},
  texts: { en: {}, ru: {} },
};
