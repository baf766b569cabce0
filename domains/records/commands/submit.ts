/** A request comes in, is edited while it is sent back, and comes in again. */
import * as v from 'valibot';
import { id, rev } from '../../../core/fields.ts';
import { found, invalid } from '../../../core/rules.ts';
import { isOfUnit, unitMay } from '../access.ts';
import { type Kind, serviceHours, services } from '../codes.ts';
import { hour } from '../due.ts';
import { waitsNotice } from '../notices.ts';
import { unitOf } from '../partitions.ts';
import { claimed, moved, released, stepOf } from '../requests.ts';
import { crateIds, details, note } from '../schemas.ts';
import { command, cratesRead, named, requestRead, teamRead } from './command.ts';

const letter: Record<Kind, string> = { storage: 's', withdrawal: 'w', destruction: 'd' };

/** What a form of a request holds. */
const form = { details, crates: crateIds, service: v.picklist(services) };

export const submit = command({
  input: v.strictObject({ unit: id, ...form }),
  reads: ({ unit }) => [
    teamRead(unit),
    cratesRead(unit),
    { partition: unitOf(unit), entity: 'counter', key: unit },
  ],
  allow: (principal, { unit }) => isOfUnit(principal, unit),
  run: (state, { unit, details, crates, service }, context) => {
    const { principal, now } = context;
    const team = found(state.get('team', unit), 'unit');
    const counter = found(state.get('counter', unit), 'unit');
    const last = counter.data.last + 1;
    const key = `${letter[details.kind]}-${last}`;
    const step = stepOf('submit', 'submitted', context);
    const data = {
      unit,
      details,
      crates,
      service,
      state: 'submitted' as const,
      dueAt: now + serviceHours[service] * hour,
      requester: { sub: principal.sub, name: step.by },
      submittedAt: now,
      steps: [step],
    };
    return {
      writes: [
        { op: 'create', ref: { entity: 'request', partition: unitOf(unit), key }, data },
        { op: 'update', was: counter, data: { last } },
        ...claimed(state, crates, key, details, now),
        ...waitsNotice({ key, data }, team),
      ],
      result: { request: key },
    };
  },
});

/** The kind stays: another kind is another request. */
export const updateRequest = command({
  input: v.strictObject({ ...named, ...form, rev }),
  reads: ({ unit, request }) => [requestRead(unit, request), cratesRead(unit)],
  allow: unitMay('update-request'),
  run: (state, { request, details, crates, service, rev: seen }, context) => {
    const { now } = context;
    const was = found(state.get('request', request), 'request');
    const dueAt = service === was.data.service ? was.data.dueAt : now + serviceHours[service] * hour;
    const changes = { details, crates, service, dueAt };
    const data = moved(was, 'update-request', context, { seen: was, rev: seen, changes });
    if (details.kind !== was.data.details.kind) throw invalid('details.kind', 'cannot be changed');
    const before = was.data.crates;
    return {
      writes: [
        { op: 'update', was, data },
        ...released(
          state,
          before.filter((key) => !crates.includes(key)),
        ),
        ...claimed(state, crates, request, details, now),
      ],
    };
  },
});

export const resubmit = command({
  input: v.strictObject({ ...named, note: v.exactOptional(note), rev }),
  reads: ({ unit, request }) => [requestRead(unit, request), teamRead(unit)],
  allow: unitMay('resubmit'),
  run: (state, { unit, request, note: said, rev: seen }, context) => {
    const was = found(state.get('request', request), 'request');
    const team = found(state.get('team', unit), 'unit');
    const data = moved(was, 'resubmit', context, { seen: was, rev: seen, said: { note: said } });
    return { writes: [{ op: 'update', was, data }, ...waitsNotice({ key: request, data }, team)] };
  },
});
