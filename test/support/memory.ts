/** A domain's table in memory: runs commands, pulses and sweeps as the platform does, each as one transaction. */
import * as v from 'valibot';
import { type AuditEntry, entriesOf } from '../../core/audit.ts';
import type { Change } from '../../core/changes.ts';
import { PulsecastError } from '../../core/codes.ts';
import {
  type AnyDomain,
  type Item,
  type ItemWrite,
  type Principal,
  type Pulse,
  type Read,
  type Ref,
  type State,
  stateOf,
  type Write,
} from '../../core/domain.ts';
import { type Notice, noticeOf } from '../../core/notices.ts';
import { faultsOf } from '../../core/protocol.ts';
import { firstRev, nextRev } from '../../core/rev.ts';
import { takeSequence } from '../../core/sequence.ts';

const idOf = ({ partition, entity, key }: Ref) => `${partition}\n${entity}#${key}`;

export class MemoryTable {
  readonly #items = new Map<string, Item>();
  readonly #domain: AnyDomain;
  #ids = 0;
  /** Every change so far, in order, as the table's stream would carry it. */
  readonly changes: Change[] = [];
  /** Every notice so far, with its reader. */
  readonly notices: (Notice & { to: string })[] = [];
  /** The audit trail: every entry with the full name of the group under which it is filed. */
  readonly trail: (AuditEntry & { group: string })[] = [];

  constructor(domain: AnyDomain) {
    this.#domain = domain;
  }

  /** All items, copies, so that no test can change what is stored. */
  items(): Item[] {
    return structuredClone([...this.#items.values()]);
  }

  read(reads: readonly Read[]): State {
    const wanted = (item: Item) =>
      reads.some(
        (read) =>
          read.partition === item.partition &&
          (read.entity === undefined || read.entity === item.entity) &&
          (!('key' in read) || read.key === item.key),
      );
    return stateOf(structuredClone([...this.#items.values()].filter(wanted)));
  }

  /** All writes or none. Error: `conflict` when an item exists already, is gone, or has another `rev` than it was read with. */
  apply(writes: readonly Write[], now: number): void {
    const changes = writes.flatMap((write) => (write.op === 'notify' ? [] : [this.#change(write, now)]));
    const told = writes.flatMap((write) => {
      if (write.op !== 'notify') return [];
      const notice = noticeOf(this.#domain, write, now);
      return [...new Set(write.to)].map((to) => ({ ...notice, to }));
    });
    const touched = changes.map(({ before, after }) =>
      idOf(before ?? after ?? { partition: '', entity: '', key: '' }),
    );
    if (new Set(touched).size < touched.length) throw new Error('A transaction writes one item twice.');
    for (const { before, after } of changes) {
      if (before !== undefined && after === undefined) this.#items.delete(idOf(before));
      if (after !== undefined) this.#items.set(idOf(after), structuredClone(after));
    }
    this.changes.push(...structuredClone(changes));
    this.notices.push(...told);
  }

  /** Runs a command as the API does. Errors: `invalid_input`, `forbidden`, and those of the command. */
  command(principal: Principal, name: string, input: unknown, now: number): unknown {
    const command = this.#domain.commands[name];
    if (command === undefined) throw new PulsecastError('not_found', 'There is no such command.');
    const parsed = v.safeParse(command.input, input);
    if (!parsed.success) {
      throw new PulsecastError('invalid_input', 'The input does not fit.', {
        errors: faultsOf(parsed.issues),
      });
    }
    const refused = new PulsecastError('forbidden', 'You may not do this.');
    if (!command.allow(principal, parsed.output, undefined)) throw refused;
    const reads = command.reads(parsed.output, principal);
    const further = command.further?.(this.read(reads), parsed.output, principal, now) ?? [];
    const state = this.read([...reads, ...further]);
    if (!command.allow(principal, parsed.output, state)) throw refused;
    const decision = command.run(state, parsed.output, { principal, now, id: () => this.#newId() });
    this.apply(decision.writes, now);
    const act = { principal, command: name, now, id: this.#newId() };
    for (const { group, data } of entriesOf(this.#domain, decision.writes, act)) {
      this.trail.push({ ...structuredClone(data), group });
    }
    return decision.result;
  }

  /** Takes a batch of pulses as the ingest function does. Errors: `not_found`, `sequence_gap`. */
  pulses(
    device: string,
    batch: { machineId: string; firstSeq: number; pulses: readonly Pulse[] },
    now: number,
  ): { accepted: number; duplicates: number; nextSeq: number } {
    const ingest = this.#domain.ingest;
    const directory = this.read([{ partition: this.#domain.directory }]);
    const reads = ingest?.reads(batch.machineId, directory);
    if (ingest === undefined || reads === undefined) {
      throw new PulsecastError('not_found', 'There is no such machine.');
    }
    const state = this.read(reads);
    const { duplicates, fresh, nextSeq } = takeSequence(
      ingest.next(state, batch.machineId, device),
      batch.firstSeq,
      batch.pulses.length,
    );
    const pulses = batch.pulses.slice(duplicates);
    if (fresh > 0) {
      this.apply(ingest.run(state, { machineId: batch.machineId, device, pulses, nextSeq }, now), now);
    }
    return { accepted: fresh, duplicates, nextSeq };
  }

  /** Runs the sweep over every partition; returns how many items it wrote. */
  sweep(now: number): number {
    const sweep = this.#domain.sweep;
    if (sweep === undefined) return 0;
    const directory = this.read([{ partition: this.#domain.directory }]);
    return sweep.partitions(directory).reduce((written, partition) => {
      const further = sweep.further?.(this.read([{ partition }]), now) ?? [];
      const transactions = sweep.run(this.read([{ partition }, ...further]), now, directory);
      for (const writes of transactions) this.apply(writes, now);
      return written + transactions.flat().length;
    }, 0);
  }

  #newId(): string {
    this.#ids += 1;
    return this.#ids.toString(36).padStart(10, '0');
  }

  #change(write: ItemWrite, now: number): Change {
    const ref = write.op === 'create' ? write.ref : write.was;
    const held = this.#items.get(idOf(ref));
    if (write.op === 'create') {
      if (held !== undefined) throw new PulsecastError('conflict', 'This exists already.');
      const { partition, entity, key } = write.ref;
      const data = this.#checked(entity, write.data);
      const after = { partition, entity, key, rev: firstRev(now), data, hidden: write.hidden ?? {} };
      return { before: undefined, after };
    }
    if (held === undefined || (write.op !== 'add' && held.rev !== write.was.rev)) {
      throw new PulsecastError('conflict', 'This has changed meanwhile.');
    }
    if (write.op === 'remove') return { before: held, after: undefined };
    const data = write.op === 'update' ? write.data : added(held.data, write.amounts);
    const hidden = write.op === 'update' ? (write.hidden ?? held.hidden) : held.hidden;
    const after = { ...held, rev: nextRev(held.rev), data: this.#checked(held.entity, data), hidden };
    return { before: held, after };
  }

  #checked(entity: string, data: object): object {
    const definition = this.#domain.entities[entity];
    if (definition === undefined) throw new Error(`There is no entity ${entity}.`);
    return v.parse(definition.data, data) as object;
  }
}

function added(data: object, amounts: Record<string, number | undefined>): object {
  const sums = Object.entries(amounts).map(([name, amount]) => {
    const held: unknown = Reflect.get(data, name);
    return [name, (typeof held === 'number' ? held : 0) + (amount ?? 0)];
  });
  return { ...data, ...Object.fromEntries(sums) };
}
