/** `POST /api/pulses`: counts from devices, exactly once. */
import { domains } from '#domains';
import { PulsecastError } from '../core/codes.ts';
import type { IngestDef, State } from '../core/domain.ts';
import { type PulseBatch, pulseBatch } from '../core/pulses.ts';
import { takeSequence } from '../core/sequence.ts';
import { type Access, createAccess, type DeviceKey } from './adapters/access.ts';
import { dynamo, dynamoUnrepeated } from './adapters/dynamo.ts';
import { createItems, type Items } from './adapters/items.ts';
import { httpChain } from './chain.ts';
import { domainTables, enabledDomains, env, once } from './environment.ts';
import { type HttpEvent, jsonReply, type Reply } from './events.ts';
import { bearer, checked, jsonBody } from './http/request.ts';
import { createPlaces, type Place, type Places } from './places.ts';
import { type Decided, runRule } from './rule.ts';
import { count } from './telemetry.ts';

export interface IngestEffects {
  places: Places;
  access: Pick<Access, 'deviceKey'>;
  items: Items;
  now: () => number;
}

const cloud = once((): IngestEffects => {
  const items = createItems(dynamo(), domainTables(), dynamoUnrepeated());
  return {
    places: createPlaces(enabledDomains(domains), items, Date.now),
    access: createAccess(dynamo(), env('ACCESS_TABLE')),
    items,
    now: Date.now,
  };
});

export const handler = httpChain((event) => ingest(event));

export async function ingest(event: HttpEvent, effects: IngestEffects = cloud()): Promise<Reply> {
  const key = await deviceKeyOf(event, effects.access);
  const batch = checked(pulseBatch(effects.now()), jsonBody(event));
  if (key.machines !== undefined && !key.machines.includes(batch.machineId)) throw noMachine();
  const value =
    (await take(batch, key.device, false, effects)) ?? (await take(batch, key.device, true, effects));
  if (value === undefined) throw noMachine();
  count('pulses', value.accepted);
  count('duplicates', value.duplicates);
  return jsonReply(202, value);
}

/** Undefined when the machine is not where it was looked for: it may have moved since its place was read. */
async function take(
  batch: PulseBatch,
  device: string,
  fresh: boolean,
  effects: IngestEffects,
): Promise<Outcome | undefined> {
  const place = await effects.places(batch.machineId, fresh);
  if (place === undefined) return undefined;
  const { domain, rules, reads }: Place = place;
  const decide = (state: State, now: number): Decided<Outcome | undefined> =>
    decideBatch(rules, state, batch, device, now);
  const done = await runRule(domain, reads, decide, effects);
  if (done === 'repeated') throw new Error('Pulses have no idempotency record.');
  return done.value;
}

interface Outcome {
  accepted: number;
  duplicates: number;
  nextSeq: number;
}

function decideBatch(
  rules: IngestDef,
  state: State,
  { machineId, firstSeq, pulses }: PulseBatch,
  device: string,
  now: number,
): Decided<Outcome | undefined> {
  const expected = rules.next(state, machineId, device);
  const { duplicates, fresh, nextSeq } = takeSequence(expected, firstSeq, pulses.length);
  const value = { accepted: fresh, duplicates, nextSeq };
  if (fresh === 0) return { writes: [], value };
  const writes = rules.run(state, { machineId, device, pulses: pulses.slice(duplicates), nextSeq }, now);
  // A rule that writes nothing found no machine: to accept the pulses would be to lose them.
  return writes.length === 0 ? { writes, value: undefined } : { writes, value };
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
