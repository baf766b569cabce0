/** `POST /api/pulses`: counts from devices, exactly once. */
import * as v from 'valibot';
import { domains } from '#domains';
import { PulsecastError } from '../core/codes.ts';
import { type AnyDomain, type IngestDef, type Read, type State, stateOf } from '../core/domain.ts';
import { takeSequence } from '../core/sequence.ts';
import { type Access, createAccess, type DeviceKey } from './adapters/access.ts';
import { dynamo, dynamoUnrepeated } from './adapters/dynamo.ts';
import { createItems, type Items } from './adapters/items.ts';
import { httpChain } from './chain.ts';
import { domainTables, enabledDomains, env, once } from './environment.ts';
import { type HttpEvent, jsonReply, type Reply } from './events.ts';
import { bearer, checked, jsonBody } from './http/request.ts';
import { type Decided, runRule } from './rule.ts';
import { count } from './telemetry.ts';

export interface IngestEffects {
  domains: readonly AnyDomain[];
  access: Pick<Access, 'deviceKey'>;
  items: Items;
  now: () => number;
}

const cloud = once(
  (): IngestEffects => ({
    domains: enabledDomains(domains),
    access: createAccess(dynamo(), env('ACCESS_TABLE')),
    items: createItems(dynamo(), domainTables(), dynamoUnrepeated()),
    now: Date.now,
  }),
);

/** A device's clock may be ahead this far, in ms. */
const maxAheadMs = 5 * 60 * 1000;

/** A device that was offline may bring pulses this old, in ms. */
const maxAgeMs = 30 * 24 * 60 * 60 * 1000;

const integer = (least: number) =>
  v.pipe(v.number(), v.safeInteger('is not a whole number'), v.minValue(least));

function batchSchema(now: number) {
  const pulse = v.strictObject({
    at: v.pipe(
      integer(0),
      v.maxValue(now + maxAheadMs, 'is more than 5 minutes ahead'),
      v.minValue(now - maxAgeMs, 'is older than 30 days'),
    ),
    count: v.pipe(integer(1), v.maxValue(10_000)),
  });
  return v.strictObject({
    machineId: v.pipe(v.string(), v.regex(/^[A-Za-z0-9._:-]{1,64}$/, 'is not a machine id')),
    firstSeq: integer(0),
    pulses: v.pipe(
      v.array(pulse),
      v.minLength(1, 'holds no pulse'),
      v.maxLength(500, 'holds more than 500 pulses'),
    ),
  });
}

type Batch = v.InferOutput<ReturnType<typeof batchSchema>>;

export const handler = httpChain((event) => ingest(event));

export async function ingest(event: HttpEvent, effects: IngestEffects = cloud()): Promise<Reply> {
  const key = await deviceKeyOf(event, effects.access);
  const batch = checked(batchSchema(effects.now()), jsonBody(event));
  if (key.machines !== undefined && !key.machines.includes(batch.machineId)) throw noMachine();
  const { domain, rules, reads } = await machineOf(batch.machineId, effects);

  const decide = (state: State, now: number): Decided<Outcome> =>
    decideBatch(rules, state, batch, key.device, now);
  const done = await runRule(domain, reads, decide, effects);
  if (done === 'repeated') throw new Error('Pulses have no idempotency record.');
  count('pulses', done.value.accepted);
  count('duplicates', done.value.duplicates);
  return jsonReply(202, done.value);
}

interface Outcome {
  accepted: number;
  duplicates: number;
  nextSeq: number;
}

function decideBatch(
  rules: IngestDef,
  state: State,
  { machineId, firstSeq, pulses }: Batch,
  device: string,
  now: number,
): Decided<Outcome> {
  const expected = rules.next(state, machineId, device);
  const { duplicates, fresh, nextSeq } = takeSequence(expected, firstSeq, pulses.length);
  const value = { accepted: fresh, duplicates, nextSeq };
  if (fresh === 0) return { writes: [], value };
  const writes = rules.run(state, { machineId, device, pulses: pulses.slice(duplicates), nextSeq }, now);
  // A rule that writes nothing found no machine: to accept the pulses would be to lose them.
  if (writes.length === 0) throw noMachine();
  return { writes, value };
}

/** Whether the machine exists is nobody's business who may not post for it. */
function noMachine(): PulsecastError {
  return new PulsecastError('forbidden', 'This key may not post for this machine.');
}

async function deviceKeyOf(event: HttpEvent, access: IngestEffects['access']): Promise<DeviceKey> {
  const secret = bearer(event);
  const key = secret?.startsWith('pcd_') === true ? await access.deviceKey(secret) : undefined;
  if (key === undefined || key.revokedAt !== undefined) {
    count('refused');
    throw new PulsecastError('unauthorized', 'This needs a device key that is in use.');
  }
  return key;
}

async function machineOf(
  machineId: string,
  { domains: enabled, items }: IngestEffects,
): Promise<{ domain: AnyDomain; rules: IngestDef; reads: readonly Read[] }> {
  for (const domain of enabled) {
    const rules = domain.ingest;
    if (rules === undefined) continue;
    const directory = await items.read(domain.name, [{ partition: domain.directory }]);
    const reads = rules.reads(machineId, stateOf(directory));
    if (reads !== undefined) return { domain, rules, reads };
  }
  throw noMachine();
}
