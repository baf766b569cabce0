/** Items of the domains: pk `partition`, sk `item` = `entity#key`; `rev`, `data`, `hidden`. One table per domain. */
import * as v from 'valibot';
import type { Filed } from '../../core/audit.ts';
import { PulsecastError } from '../../core/codes.ts';
import type { AnyDomain, Item, ItemWrite, Notify, Read, Write } from '../../core/domain.ts';
import { segmentOf } from '../../core/group.ts';
import { jsonBytes } from '../../core/log.ts';
import { noticeOf, notifications } from '../../core/notices.ts';
import { trail } from '../../core/platform.ts';
import { faultsOf } from '../../core/protocol.ts';
import { firstRev, nextRev } from '../../core/rev.ts';
import { newId } from '../ids.ts';
import type { Db, Doc, DocWrite, Expression } from './dynamo.ts';

/** Largest public state of an item, in bytes of JSON: one always fits a reply to 50 groups, within a 32 KB frame. */
export const maxItemBytes = 12 * 1024;

/** Longest key of an item, in bytes: a page cursor that names it stays below the protocol's 1,024 characters. */
const maxKeyBytes = 512;

export interface Items {
  /** Reads what a rule asked for, each consistently, without doubles. */
  read(domain: string, reads: readonly Read[]): Promise<Item[]>;
  /** Some items of a partition in order of their sort key, above `after`. `done` when there are no more. */
  page(domain: string, partition: string, after?: string): Promise<{ items: Item[]; done: boolean }>;
  /** The newest items of a partition by their sort key, newest first, below `before` if given. */
  newest(domain: string, partition: string, limit: number, before?: string): Promise<Item[]>;
  /** Does all writes or none. `lost`: another write came first, read again. `repeated`: the guard did not hold. */
  write(
    domain: AnyDomain,
    writes: readonly Write[],
    now: number,
    beside?: Beside,
  ): Promise<'done' | 'lost' | 'repeated'>;
}

/** What belongs into the same transaction as the writes of a rule. */
export interface Beside {
  /** A write that must hold as well (an idempotency record). */
  guard?: DocWrite | undefined;
  /** What is left in the audit trail. */
  entries?: readonly Filed[];
}

/** Items per page of a snapshot: with items of some hundred bytes one page fills a frame. */
const pageItems = 100;

/** DynamoDB's limit of one transaction. */
const maxTransaction = 100;

/**
 * `db` is for reads and transactions; `single` for single writes, and must not repeat them by itself. `tables` is the
 * table of each domain.
 */
export function createItems(db: Db, tables: Readonly<Record<string, string>>, single: Db = db): Items {
  const tableOf = (domain: string): string => {
    const table = tables[domain];
    if (table === undefined) throw new Error(`The domain ${domain} has no table.`);
    return table;
  };
  const readOne = async (domain: string, read: Read): Promise<Item[]> => {
    if ('key' in read) {
      const doc = await db.get(tableOf(domain), {
        partition: read.partition,
        item: sortKey(read.entity, read.key),
      });
      return doc === undefined ? [] : [itemOf(doc)];
    }
    const docs = await db.all({ table: tableOf(domain), key: inPartition(read.partition, read.entity) });
    return docs.map(itemOf);
  };
  return {
    async read(domain, reads) {
      const items = (await Promise.all(reads.map((read) => readOne(domain, read)))).flat();
      return [
        ...new Map(items.map((item) => [`${item.partition}\n${item.entity}\n${item.key}`, item])).values(),
      ];
    },
    async page(domain, partition, after) {
      const { docs, next } = await db.query({
        table: tableOf(domain),
        key: inPartition(partition),
        limit: pageItems,
        ...(after === undefined ? {} : { after: { partition, item: after } }),
      });
      return { items: docs.map(itemOf), done: next === undefined };
    },
    async newest(domain, partition, limit, before) {
      const { docs } = await db.query({
        table: tableOf(domain),
        key: inPartition(partition),
        ascending: false,
        limit,
        ...(before === undefined ? {} : { after: { partition, item: before } }),
      });
      return docs.map(itemOf);
    },
    async write(domain, writes, now, { guard, entries = [] } = {}) {
      const table = tableOf(domain.name);
      const all = writes.flatMap((write) =>
        write.op === 'notify'
          ? noticeWrites(tableOf(notifications.name), domain, write, now)
          : [docWrite(table, domain, write, now)],
      );
      all.push(...entries.map((entry) => entryWrite(tableOf(trail.name), entry)));
      if (guard !== undefined) all.push(guard);
      if (all.length > maxTransaction) {
        throw new Error(`${all.length} writes are more than one transaction takes.`);
      }
      const [only] = all;
      if (only === undefined) return 'done';
      if (all.length === 1) return (await attempt(single, only)) ? 'done' : guard ? 'repeated' : 'lost';
      const outcome = await db.transact(all);
      if (outcome.done) return 'done';
      return guard !== undefined && outcome.failed.includes(all.length - 1) ? 'repeated' : 'lost';
    },
  };
}

/** A single write; a throttled one was surely not done, and counts as lost. */
async function attempt(db: Db, write: DocWrite): Promise<boolean> {
  const refusals = [
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'TransactionConflictException',
  ];
  try {
    return (await db.write(write)) !== false;
  } catch (error) {
    if (error instanceof Error && refusals.includes(error.name)) return false;
    throw error;
  }
}

export function sortKey(entity: string, key: string): string {
  return `${entity}#${key}`;
}

/** The `rev` of an item after a write. For `add` at least this: others may add at the same time. */
export function revAfter(write: ItemWrite, now: number): number {
  return write.op === 'create' ? firstRev(now) : nextRev(write.was.rev);
}

/** An item from its document. Throws when it is none. */
export function itemOf(doc: Doc): Item {
  const { partition, item, rev, data, hidden = {} } = doc;
  const cut = typeof item === 'string' ? item.indexOf('#') : -1;
  if (typeof partition !== 'string' || typeof item !== 'string' || cut < 1 || typeof rev !== 'number') {
    throw new Error('A document is not an item: partition, item (entity#key) and rev are needed.');
  }
  if (typeof data !== 'object' || data === null)
    throw new Error('A document is not an item: data is needed.');
  return {
    entity: item.slice(0, cut),
    partition,
    key: item.slice(cut + 1),
    rev,
    data,
    hidden: hidden as Record<string, unknown>,
  };
}

function docWrite(table: string, domain: AnyDomain, write: ItemWrite, now: number): DocWrite {
  const { partition, entity, key } = write.op === 'create' ? write.ref : write.was;
  const id = { partition, item: sortKey(entity, key) };
  const names = { '#rev': 'rev' };
  switch (write.op) {
    case 'create':
      if (jsonBytes(id.item) > maxKeyBytes) throw new PulsecastError('too_large', 'The key is too long.');
      return {
        table,
        put: { ...id, rev: firstRev(now), ...stateOf(domain, entity, write.data), hidden: write.hidden },
        condition: { expression: 'attribute_not_exists(#rev)', names },
      };
    case 'update':
      return {
        table,
        put: {
          ...id,
          rev: nextRev(write.was.rev),
          ...stateOf(domain, entity, write.data),
          hidden: write.hidden ?? write.was.hidden,
        },
        condition: unchanged(write.was),
      };
    case 'remove':
      return { table, remove: id, condition: unchanged(write.was) };
    case 'add':
      return {
        table,
        update: id,
        set: additions(write.amounts),
        condition: { expression: 'attribute_exists(#rev)', names },
      };
  }
}

/** A notice for each reader. Who has no group of their own (`segmentOf`) has no tray. */
function noticeWrites(table: string, domain: AnyDomain, write: Notify, now: number): DocWrite[] {
  const data = noticeOf(domain, write, now);
  return [...new Set(write.to)].flatMap((sub) => {
    const partition = segmentOf(sub);
    if (partition === undefined) return [];
    const ref = { entity: 'notice', partition, key: `${now}-${newId()}` };
    return [docWrite(table, notifications, { op: 'create', ref, data }, now)];
  });
}

/** Only ever added, never changed: no function may do anything else to this table. */
function entryWrite(table: string, { group, key, data, whole }: Filed): DocWrite {
  const ref = { entity: 'entry', partition: group, key };
  const hidden = whole === undefined ? undefined : { changes: whole };
  const create: ItemWrite = { op: 'create', ref, data, ...(hidden === undefined ? {} : { hidden }) };
  return docWrite(table, trail, create, data.at);
}

function unchanged({ rev }: Item): Expression {
  return { expression: '#rev = :was', names: { '#rev': 'rev' }, values: { ':was': rev } };
}

/** Checks the data against the entity's schema: what a rule writes wrongly must not reach the table. */
function stateOf(domain: AnyDomain, entity: string, data: object): { data: object; expiresAt?: number } {
  const definition = domain.entities[entity];
  if (definition === undefined) throw new Error(`${domain.name} has no entity ${entity}.`);
  const { success, output, issues } = v.safeParse(definition.data, data);
  if (!success) throw new Error(`A rule wrote a bad ${entity}: ${JSON.stringify(faultsOf(issues))}`);
  if (jsonBytes(output) > maxItemBytes) {
    throw new PulsecastError('too_large', `An item takes at most ${maxItemBytes} bytes.`);
  }
  const until = definition.until?.(output);
  return { data: output, ...(until === undefined ? {} : { expiresAt: Math.ceil(until / 1000) }) };
}

function additions(amounts: Readonly<Record<string, number | undefined>>): Expression {
  const fields = Object.entries(amounts).filter(([, amount]) => amount !== undefined);
  return {
    expression: `SET ${['#rev = #rev + :one', ...fields.map((_, i) => `#data.#f${i} = #data.#f${i} + :n${i}`)].join(', ')}`,
    names: {
      '#rev': 'rev',
      ...(fields.length === 0 ? {} : { '#data': 'data' }),
      ...Object.fromEntries(fields.map(([field], i) => [`#f${i}`, field])),
    },
    values: { ':one': 1, ...Object.fromEntries(fields.map(([, amount], i) => [`:n${i}`, amount])) },
  };
}

function inPartition(partition: string, entity?: string): Expression {
  const names = { '#partition': 'partition' };
  const values = { ':partition': partition };
  if (entity === undefined) return { expression: '#partition = :partition', names, values };
  return {
    expression: '#partition = :partition AND begins_with(#item, :entity)',
    names: { ...names, '#item': 'item' },
    values: { ...values, ':entity': sortKey(entity, '') },
  };
}
