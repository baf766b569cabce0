/**
 * What the platform itself shows in groups, as domains of its own: its items go the same way as those of any domain. Their
 * names hold a `#`, which no other domain's name can; their items name their groups in full.
 */
import * as v from 'valibot';
import { auditEntry } from './audit.ts';
import { type AnyDomain, type EntityDef, entity } from './domain.ts';

const own = (name: string, entities: Record<string, EntityDef>): AnyDomain => ({
  name,
  directory: '',
  entities,
  groups: {},
  commands: {},
  texts: { en: {}, ru: {} },
});

/** Who is in a group, and what was announced to it. Partition: the group's full name. */
export const presence = own('#presence', {
  /** Key: the person's `sub`. Data: `PresenceData`. */
  presence: entity({
    data: v.strictObject({ name: v.string(), since: v.number(), leftAt: v.optional(v.number()) }),
    // Many come and go at once at the start of a shift: gathered, they are one frame for each who looks.
    delivery: 'relaxed',
    latest: true,
    groups: ({ partition }) => [partition],
  }),
  /** One a group, key `announcement`: words for everybody who looks at it. Times in epoch ms. */
  announcement: entity({
    data: v.strictObject({ text: v.string(), by: v.string(), at: v.number(), until: v.number() }),
    delivery: 'instant',
    latest: true,
    groups: ({ partition }) => [partition],
    until: ({ until }) => until,
  }),
});

/** The audit trail (`core/audit.ts`). Partition: the full name of the group under which an entry is filed. */
export const trail = own('#audit', {
  entry: entity({
    data: auditEntry,
    delivery: 'instant',
    latest: false,
    groups: ({ partition }) => [partition],
  }),
});

export const ownDomains: readonly AnyDomain[] = [presence, trail];

export const isOwn = (domain: AnyDomain): boolean => domain.name.startsWith('#');
