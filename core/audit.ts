/**
 * The audit trail: every command that was done leaves who did what when, and of each item that it wrote what was before and
 * after, written in the same transaction. Entries are filed under groups, and what is filed under one tells nothing of
 * items that are filed under another.
 */
import * as v from 'valibot';
import type { AnyDomain, Item, ItemWrite, Principal, Write } from './domain.ts';
import { jsonBytes } from './log.ts';

const fields = v.record(v.string(), v.unknown());

const change = v.strictObject({
  entity: v.string(),
  key: v.string(),
  /** The fields that changed, as they were; absent when the item is new. */
  before: v.optional(fields),
  /** The same fields as they are; absent when the item was removed. */
  after: v.optional(fields),
});

export const auditEntry = v.strictObject({
  /** Epoch ms. */
  at: v.number(),
  by: v.strictObject({ sub: v.string(), name: v.string() }),
  command: v.string(),
  changes: v.array(change),
  /** True when long values stand here as `…`; the stored entry has them whole. */
  shortened: v.optional(v.literal(true)),
});

export type AuditChange = v.InferOutput<typeof change>;
export type AuditEntry = v.InferOutput<typeof auditEntry>;

/** An entry on its way into the trail. `whole` are the changes with all their values, when `data` is shortened. */
export interface Filed {
  /** Full name of the group. */
  group: string;
  key: string;
  data: AuditEntry;
  whole?: readonly AuditChange[];
}

/** Newest entries that a snapshot shows; older ones are asked for. */
export const shownEntries = 100;

/** Largest entry as clients get it, in bytes of JSON: one fits any frame. */
const maxEntryBytes = 10 * 1024;

export interface Act {
  principal: Principal;
  command: string;
  /** Epoch ms. */
  now: number;
  id: string;
}

/** The entries of a command, one for each group under which any of its changes is filed. */
export function entriesOf(
  domain: AnyDomain,
  writes: readonly Write[],
  { principal, command, now, id }: Act,
): Filed[] {
  const filed = new Map<string, AuditChange[]>();
  for (const write of writes) {
    if (write.op === 'notify') continue;
    const { before, after } = statesOf(write, now);
    const items = [before, after].filter((item) => item !== undefined);
    const paths = new Set(items.flatMap((item) => domain.audit?.(item) ?? ['audit']));
    for (const path of paths) {
      const group = `${domain.name}/${path}`;
      const shows = (item: Item | undefined) =>
        item !== undefined && (domain.audit?.(item) ?? ['audit']).includes(path) ? item : undefined;
      filed.set(group, [...(filed.get(group) ?? []), changeOf(shows(before), shows(after))]);
    }
  }
  const by = { sub: principal.sub, name: principal.name ?? principal.sub };
  return [...filed].map(([group, changes]) => {
    const entry = { at: now, by, command, changes };
    // Thirteen digits until the year 2286: entries sort by time.
    const named = { group, key: `${now}-${id}` };
    if (jsonBytes(entry) <= maxEntryBytes) return { ...named, data: entry };
    return { ...named, data: { ...entry, changes: shortened(changes), shortened: true }, whole: changes };
  });
}

function statesOf(write: ItemWrite, now: number): { before: Item | undefined; after: Item | undefined } {
  switch (write.op) {
    case 'create':
      return { before: undefined, after: { ...write.ref, rev: now, data: write.data, hidden: {} } };
    case 'update':
      return { before: write.was, after: { ...write.was, data: write.data } };
    case 'remove':
      return { before: write.was, after: undefined };
    case 'add':
      return { before: write.was, after: { ...write.was, data: added(write.was.data, write.amounts) } };
  }
}

function added(data: object, amounts: Readonly<Record<string, number | undefined>>): object {
  const sums = Object.entries(amounts).map(([name, amount]) => {
    const held: unknown = Reflect.get(data, name);
    return [name, (typeof held === 'number' ? held : 0) + (amount ?? 0)];
  });
  return { ...data, ...Object.fromEntries(sums) };
}

function changeOf(before: Item | undefined, after: Item | undefined): AuditChange {
  const { entity, key } = after ?? before ?? { entity: '', key: '' };
  if (before === undefined || after === undefined) {
    return {
      entity,
      key,
      ...(before === undefined ? {} : { before: { ...before.data } }),
      ...(after === undefined ? {} : { after: { ...after.data } }),
    };
  }
  const was: Record<string, unknown> = { ...before.data };
  const is: Record<string, unknown> = { ...after.data };
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const changed = names.filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(changed.filter((name) => name in from).map((name) => [name, from[name]]));
  return { entity, key, before: pick(was), after: pick(is) };
}

/** Longest value that stays in a shortened entry, in bytes of JSON. */
const maxValueBytes = 80;

/** Long values as `…`, and no more changes than fit: their number shows that more were made. */
function shortened(changes: readonly AuditChange[]): AuditChange[] {
  const short = (values: Record<string, unknown> | undefined) =>
    values &&
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, jsonBytes(value) > maxValueBytes ? '…' : value]),
    );
  const kept: AuditChange[] = [];
  let bytes = 1024;
  for (const { entity, key, before, after } of changes) {
    const one: AuditChange = {
      entity,
      key,
      ...(before === undefined ? {} : { before: short(before) }),
      ...(after === undefined ? {} : { after: short(after) }),
    };
    const fits = bytes + jsonBytes(one) <= maxEntryBytes;
    const named = { entity, key };
    kept.push(fits ? one : named);
    bytes += jsonBytes(fits ? one : named) + 1;
  }
  return kept;
}
