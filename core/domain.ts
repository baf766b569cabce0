/**
 * A domain in one definition: tables, entities, groups, commands, ingest, sweeps and texts. Routes, tables, grants,
 * stream mappings and client types derive from it. `join` (who may subscribe) and `allow` (who may run a command) are
 * required: leaving one out does not compile. Rules are pure functions: state and input in, writes out.
 */
import type * as v from 'valibot';

/** Who asks. Roles and units come from the token; a unit names what somebody belongs to, such as `line:north`. */
export interface Principal {
  kind: 'user' | 'anonymous' | 'device';
  /** The token's `sub`, the device's name, or `anonymous`. */
  sub: string;
  name?: string;
  roles: readonly string[];
  units: readonly string[];
}

export const anonymous: Principal = { kind: 'anonymous', sub: 'anonymous', roles: [], units: [] };

export function hasRole(principal: Principal, ...roles: string[]): boolean {
  return roles.some((role) => principal.roles.includes(role));
}

export function hasUnit(principal: Principal, unit: string): boolean {
  return principal.units.includes(unit);
}

type Data = v.GenericSchema<unknown, object>;

/** Where an item lives. Items of one partition are read together, consistently: one partition of the base table. */
export interface Ref<E extends string = string> {
  entity: E;
  partition: string;
  key: string;
}

/** An item as a rule sees it. */
export interface Item<D = object, E extends string = string> extends Ref<E> {
  rev: number;
  data: D;
  /** Kept with the item, never sent to a client: sequence positions, thresholds of the machinery. */
  hidden: Record<string, unknown>;
}

export interface EntityDef<S extends Data = Data> {
  /** The public state. Its type is what clients receive; every write is checked against it. */
  data: S;
  /** `instant`: sent at once. `relaxed`: gathered for some seconds first, fewer frames. */
  delivery: 'instant' | 'relaxed';
  /** True: of several states in one batch only the newest is sent (telemetry). False: each state is sent. */
  latest: boolean;
  /** The groups that see the item, without the domain (`line/north`). A change of the answer moves the item. */
  groups(item: { partition: string; key: string; data: v.InferOutput<S> }): readonly string[];
  /**
   * When the item goes by itself, epoch ms: not shown in snapshots from then on, removed within two days (DynamoDB's time to
   * live); undefined: not while it is so. @default never
   */
  until?(data: v.InferOutput<S>): number | undefined;
}

export type Entities = Record<string, EntityDef>;
export type DataOf<E extends Entities, N extends keyof E> = v.InferOutput<E[N]['data']>;
export type ItemOf<E extends Entities, N extends keyof E & string> = Item<DataOf<E, N>, N>;

/** Defines an entity; gives the schema's type to `groups`. */
export function entity<S extends Data>(definition: EntityDef<S>): EntityDef<S> {
  return definition;
}

/** What a rule asks to be read first: one item, or all items of a partition (of one entity, if given). */
export type Read<E extends Entities = Entities> =
  | { partition: string; entity: keyof E & string; key: string }
  | { partition: string; entity?: keyof E & string };

/**
 * Tells people something: a notice in the tray of each, written with the other writes or not at all. `to` are `sub`s;
 * `values` fill the places of the text; `group` is the path below the domain that the notice leads to.
 */
export interface Notify {
  op: 'notify';
  to: readonly string[];
  /** Name of the text in the domain's `notices`. */
  notice: string;
  values?: Readonly<Record<string, string | number>>;
  group?: string;
}

/** One write. `was` is the item as it was read: the write holds only if its `rev` is still the same. */
export type Write<E extends Entities = Entities> = ItemWrite<E> | Notify;

export type ItemWrite<E extends Entities = Entities> = {
  [N in keyof E & string]:
    | { op: 'create'; ref: Ref<N>; data: DataOf<E, N>; hidden?: Record<string, unknown> }
    | { op: 'update'; was: ItemOf<E, N>; data: DataOf<E, N>; hidden?: Record<string, unknown> }
    | { op: 'remove'; was: ItemOf<E, N> }
    /** Adds to numbers of `data` whatever they are now: for counters that many write. Raises `rev`. */
    | { op: 'add'; was: ItemOf<E, N>; amounts: Partial<Record<keyof DataOf<E, N>, number>> };
}[keyof E & string];

/** What was read for a rule. */
export interface State<E extends Entities = Entities> {
  get<N extends keyof E & string>(entity: N, key: string): ItemOf<E, N> | undefined;
  list<N extends keyof E & string>(entity: N): readonly ItemOf<E, N>[];
}

export function stateOf<E extends Entities>(items: readonly Item[]): State<E> {
  return {
    get: <N extends keyof E & string>(entity: N, key: string) =>
      items.find((item) => item.entity === entity && item.key === key) as ItemOf<E, N> | undefined,
    list: <N extends keyof E & string>(entity: N) =>
      items.filter((item) => item.entity === entity) as unknown as ItemOf<E, N>[],
  };
}

export interface RuleContext {
  principal: Principal;
  /** Epoch milliseconds. */
  now: number;
  /** A new id, 10 characters of `0-9a-z`, for items that the rule creates. Stable over retries of the same call. */
  id(): string;
}

/** What a command decided: writes (done as one transaction, or none), and what the caller gets. */
export interface Decision<E extends Entities = Entities> {
  writes: readonly Write<E>[];
  result?: unknown;
}

/**
 * A command. `allow` is asked twice: before anything is read (`state` undefined) and with the state, so that a rule may
 * depend on either. To refuse a transition `run` throws `PulsecastError('conflict', ..., { current })`.
 */
export interface CommandDef<E extends Entities = Entities, S extends Data = Data> {
  input: S;
  reads(input: v.InferOutput<S>, principal: Principal): readonly Read<E>[];
  /** What is to be read besides, once `reads` is there: items that only the state names. @default nothing */
  further?(state: State<E>, input: v.InferOutput<S>, principal: Principal, now: number): readonly Read<E>[];
  allow(principal: Principal, input: v.InferOutput<S>, state: State<E> | undefined): boolean;
  run(state: State<E>, input: v.InferOutput<S>, context: RuleContext): Decision<E>;
}

/** Makes the `command` function of a domain: commands typed by the domain's entities and their own input. */
export function commandsOf<E extends Entities>(_entities: E) {
  return <S extends Data>(definition: CommandDef<E, S>): CommandDef<E, S> => definition;
}

/** What a place is called: a name that people gave it, or words of ours in each language. */
export type Title = string | { en: string; ru: string };

export interface GroupDef<E extends Entities = Entities> {
  /** Path below the domain, `line/:line`. */
  pattern: string;
  /** Who may subscribe, read the snapshot and poll. Anonymous principals too are asked: `true` makes a group public. */
  join(principal: Principal, params: Record<string, string>): boolean;
  /** The partitions whose items, filtered by `entity.groups`, are the snapshot. */
  partitions(params: Record<string, string>): readonly string[];
  /** Of each partition only so many items are in the snapshot: those with the highest keys. @default all */
  newest?: number;
  /** Whether those who join are shown who else is there (`core/presence.ts`). @default false */
  presence?: boolean;
  /** Whether those who join are shown the audit trail that is filed under the group (`core/audit.ts`). @default false */
  audit?: boolean;
  /**
   * The groups of this kind that exist, from the items of the domain's `directory` partition, with a title. `principal` is for
   * groups that are somebody's own; what may not be joined is left out anyway.
   */
  list(
    directory: State<E>,
    principal: Principal,
  ): readonly { params: Record<string, string>; title: Title }[];
}

/** Rules for a sweep by the clock: what becomes of items when nothing happens. Run each minute per partition. */
export interface SweepDef<E extends Entities = Entities> {
  /** The partitions to visit, from the items of the domain's `directory` partition. */
  partitions(directory: State<E>): readonly string[];
  /** What is to be read besides the partition, such as what its due items name elsewhere. @default nothing */
  further?(state: State<E>, now: number): readonly Read<E>[];
  /**
   * What is due, as transactions: the writes of one list are done together, or left to the next minute. `directory` holds
   * the items of the domain's `directory` partition, such as who is to be told; they are not for writing.
   */
  run(state: State<E>, now: number, directory: State<E>): readonly (readonly Write<E>[])[];
}

/** Pulses from devices: `POST /api/pulses` (design: the HTTP contract). */
export interface IngestDef<E extends Entities = Entities> {
  /** The state needed for one batch; undefined when there is no such machine. */
  reads(machineId: string, directory: State<E>): readonly Read<E>[] | undefined;
  /** The sequence number expected next from this device at this machine; undefined when it never posted here. */
  next(state: State<E>, machineId: string, device: string): number | undefined;
  /** Counts pulses that were never seen before. Must also write `nextSeq`, so that they never count again. */
  run(state: State<E>, batch: FreshPulses, now: number): readonly Write<E>[];
}

export interface Pulse {
  /** When it happened, epoch milliseconds by the device's clock. */
  at: number;
  count: number;
}

export interface FreshPulses {
  machineId: string;
  device: string;
  pulses: readonly Pulse[];
  /** The sequence number after the last of `pulses`. */
  nextSeq: number;
}

export interface DomainDef<E extends Entities = Entities> {
  /** Lower case letters, digits and `-`; first segment of its groups and commands, name of its table. */
  name: string;
  entities: E;
  /** The partition that lists what exists (sites, lines): small, read to list groups and to sweep. */
  directory: string;
  groups: Record<string, GroupDef<E>>;
  commands: Record<string, CommandDef<E>>;
  ingest?: IngestDef<E>;
  sweep?: SweepDef<E>;
  /** What the rules tell people by `notify` (`core/notices.ts`). @default nothing */
  notices?: Readonly<Record<string, NoticeDef>>;
  /**
   * The groups (paths below the domain, of group definitions with `audit`) under which a change of an item is filed in the
   * audit trail. @default `audit`, a group of the domain's admins that every domain has
   */
  audit?(item: Item): readonly string[];
  /** Titles and words of the domain by language; both have the same keys. */
  texts: Texts;
}

/** A text for people, with places `{name}`. */
export interface NoticeDef {
  severity: 'info' | 'warning' | 'critical';
  text: { en: string; ru: string };
}

export interface Texts {
  en: Readonly<Record<string, string>>;
  ru: Readonly<Record<string, string>>;
}

const nameShape = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Defines a domain. Throws when the definition contradicts itself: a bad name, a text missing in one language, a group
 * pattern used twice.
 */
export function defineDomain<E extends Entities>(definition: DomainDef<E>): Domain<NoInfer<E>> {
  if (!nameShape.test(definition.name))
    throw new Error(`"${definition.name}" is not a domain name (${nameShape}).`);
  for (const name of [...Object.keys(definition.commands), ...Object.keys(definition.entities)]) {
    if (!nameShape.test(name))
      throw new Error(`"${name}" in domain ${definition.name} is not a name (${nameShape}).`);
  }
  const { en, ru } = definition.texts;
  const missing = [
    ...Object.keys(en).filter((key) => !(key in ru)),
    ...Object.keys(ru).filter((key) => !(key in en)),
  ];
  if (missing.length > 0)
    throw new Error(`Texts of ${definition.name} differ between languages: ${missing.join(', ')}`);
  const groups: Record<string, GroupDef<E>> = {
    ...definition.groups,
    audit: definition.groups.audit ?? adminsAudit,
  };
  const patterns = Object.values(groups).map((group) => group.pattern.replace(/:[^/]+/g, ':'));
  const twice = patterns.find((pattern, index) => patterns.indexOf(pattern) !== index);
  if (twice !== undefined) throw new Error(`Two groups of ${definition.name} have the pattern ${twice}.`);
  // The rules were checked against the domain's own entities above; from here on only the shape counts.
  return { ...definition, groups } as unknown as Domain<E>;
}

/** Where changes are filed that the domain files nowhere else. */
const adminsAudit: GroupDef<never> = {
  pattern: 'audit',
  audit: true,
  join: (principal) => hasRole(principal, 'admin'),
  partitions: () => [],
  list: () => [{ params: {}, title: { en: 'Audit trail', ru: 'Журнал изменений' } }],
};

/** A defined domain: the platform works with its shape; clients derive the types of what they read from its entities. */
export type Domain<E extends Entities> = Omit<AnyDomain, 'entities'> & { entities: E };

/** A domain of which only the shape is known: what the platform works with. */
export type AnyDomain = DomainDef<Entities>;
