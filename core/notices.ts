/**
 * Notices: what the rules of domains tell single people, each kept in the tray of its reader until it is cleared or a month
 * old. A domain of its own, `notifications`, with a group a person; every deployment has it.
 */
import * as v from 'valibot';
import {
  type AnyDomain,
  commandsOf,
  type DataOf,
  defineDomain,
  entity,
  type NoticeDef,
  type Notify,
  type Principal,
} from './domain.ts';
import { segmentOf } from './group.ts';

/** How long a notice is kept, in ms. */
const keptMs = 30 * 24 * 60 * 60 * 1000;

/** Newest notices that a tray shows. */
const shownNotices = 200;

/** Most notices of one command, below the 100 writes of one transaction. */
const maxAtOnce = 50;

const notice = v.strictObject({
  /** Name of the domain that tells it. */
  domain: v.string(),
  notice: v.string(),
  severity: v.picklist(['info', 'warning', 'critical']),
  text: v.strictObject({ en: v.string(), ru: v.string() }),
  /** Epoch ms. */
  at: v.number(),
  /** Full name of the group that it leads to. */
  group: v.optional(v.string()),
  /** Epoch ms; absent until it was read. */
  readAt: v.optional(v.number()),
});

const entities = {
  notice: entity({
    data: notice,
    delivery: 'instant',
    latest: true,
    groups: ({ partition }) => [partition],
    until: ({ at }) => at + keptMs,
  }),
};

export type Notice = DataOf<typeof entities, 'notice'>;

const command = commandsOf(entities);
const key = v.pipe(v.string(), v.regex(/^[0-9a-z-]{1,40}$/, 'is not the key of a notice'));
const keys = v.pipe(v.array(key), v.minLength(1, 'names no notice'), v.maxLength(maxAtOnce));
const input = v.strictObject({ keys });
const reads = ({ keys: named }: v.InferOutput<typeof input>, principal: Principal) =>
  [...new Set(named)].map((one) => ({
    partition: segmentOf(principal.sub) ?? '',
    entity: 'notice' as const,
    key: one,
  }));
const allow = (principal: Principal) => principal.kind === 'user' && segmentOf(principal.sub) !== undefined;

/** The trays. What is somebody's own is left out of the audit trail. */
export const notifications: AnyDomain = defineDomain({
  name: 'notifications',
  entities,
  directory: 'none',
  groups: {
    person: {
      pattern: ':person',
      join: (principal, { person }) => principal.kind === 'user' && segmentOf(principal.sub) === person,
      partitions: ({ person = '' }) => [person],
      newest: shownNotices,
      list: (_directory, { kind, sub }) => {
        const person = kind === 'user' ? segmentOf(sub) : undefined;
        return person === undefined
          ? []
          : [{ params: { person }, title: { en: 'Notifications', ru: 'Уведомления' } }];
      },
    },
  },
  commands: {
    /** Marks notices as read. Those that are gone or were read already stay as they are. */
    read: command({
      input,
      reads,
      allow,
      run: (state, _input, { now }) => ({
        writes: state
          .list('notice')
          .filter(({ data }) => data.readAt === undefined)
          .map((was) => ({ op: 'update', was, data: { ...was.data, readAt: now } })),
      }),
    }),
    /** Removes notices for good. */
    clear: command({
      input,
      reads,
      allow,
      run: (state) => ({ writes: state.list('notice').map((was) => ({ op: 'remove', was })) }),
    }),
  },
  audit: () => [],
  texts: { en: { title: 'Notifications' }, ru: { title: 'Уведомления' } },
});

/** Makes the `notify` of a domain: its names are those of the domain's `notices`. */
export function notifierOf<N extends Readonly<Record<string, NoticeDef>>>(_notices: N) {
  return (name: keyof N & string, to: Omit<Notify, 'op' | 'notice'>): Notify => ({
    op: 'notify',
    notice: name,
    ...to,
  });
}

/** Longest text of a notice, in characters. */
const maxText = 300;

/** The notice that a domain tells. Throws when it has no such text, or a place of the text has no value. */
export function noticeOf(
  domain: AnyDomain,
  { notice: name, values = {}, group }: Notify,
  now: number,
): Notice {
  const definition = domain.notices?.[name];
  if (definition === undefined) throw new Error(`${domain.name} has no notice "${name}".`);
  const filled = (form: string) =>
    form
      .replace(/\{(\w+)\}/g, (_place, place: string) => {
        const value = values[place];
        if (value === undefined) throw new Error(`The notice "${name}" needs a value "${place}".`);
        return String(value);
      })
      .slice(0, maxText);
  return {
    domain: domain.name,
    notice: name,
    severity: definition.severity,
    text: { en: filled(definition.text.en), ru: filled(definition.text.ru) },
    at: now,
    ...(group === undefined ? {} : { group: `${domain.name}/${group}` }),
  };
}
