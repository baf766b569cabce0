/** Security events of a site: reported by its gates and people, acknowledged once. */
import * as v from 'valibot';
import type { Write } from '../../../core/domain.ts';
import { id, rev, text, time } from '../../../core/fields.ts';
import { conflict, found, free, fresh, invalid, signature } from '../../../core/rules.ts';
import { oversees, reportsFrom } from '../access.ts';
import { securityKinds, severities } from '../codes.ts';
import type { Factory, FactoryItem, Security } from '../entities.ts';
import { securityNotice } from '../notices.ts';
import { archiveOf, plant, siteOf } from '../partitions.ts';
import { command } from './command.ts';

/** How grave an event is when the report does not say. */
const usual: Record<Security['kind'], Security['severity']> = {
  door: 'info',
  access_denied: 'warning',
  alarm: 'critical',
};

/** Acknowledged events that stay in the site's group. Open events stay however many there are. */
const recentEvents = 50;

/** Most events archived with one command; one is usual. Two writes each, far below the 100 of one transaction. */
const archivedAtOnce = 10;

/** A gate's clock may run ahead by this much. */
const clockToleranceMs = 60_000;

export const reportSecurity = command({
  input: v.strictObject({
    site: id,
    /** The gate system's own id of the event: reported again it is a conflict and not a second event. */
    event: v.exactOptional(id),
    kind: v.picklist(securityKinds),
    severity: v.exactOptional(v.picklist(severities)),
    place: text(60),
    person: v.exactOptional(text(60)),
    note: v.exactOptional(text(200)),
    /** When it happened, epoch ms: now, unless told. */
    at: v.exactOptional(time),
  }),
  reads: ({ site, event }) => [
    { partition: plant, entity: 'site', key: site },
    ...(event === undefined ? [] : [{ partition: siteOf(site), entity: 'security' as const, key: event }]),
  ],
  allow: (principal, { site }) => reportsFrom(principal, site),
  run: (state, { event, at, severity, ...report }, { now, id: newId, principal }) => {
    const site = found(state.get('site', report.site), 'site');
    if (event !== undefined) free(state.get('security', event), 'security event');
    if (at !== undefined && at > now + clockToleranceMs) throw invalid('at', 'lies in the future');
    const key = event ?? newId();
    const data = { ...report, severity: severity ?? usual[report.kind], at: Math.min(at ?? now, now) };
    return {
      writes: [
        { op: 'create', ref: { entity: 'security', partition: siteOf(report.site), key }, data },
        ...(data.severity === 'critical' ? securityNotice(site, report.place, principal.sub) : []),
      ],
      result: { event: key },
    };
  },
});

export const acknowledgeSecurity = command({
  input: v.strictObject({
    site: id,
    event: v.pipe(v.string(), v.maxLength(32)),
    answer: v.exactOptional(text(200)),
    rev,
  }),
  reads: ({ site }) => [{ partition: siteOf(site), entity: 'security' }],
  allow: (principal, { site }) => oversees(principal, site),
  run: (state, { event, answer, rev: seen }, { principal, now }) => {
    const was = found(state.get('security', event), 'security event');
    if (was.data.acknowledgedAt !== undefined) {
      throw conflict('Somebody has acknowledged this already.', was);
    }
    const data = {
      ...fresh(was, seen).data,
      acknowledgedBy: signature(principal),
      acknowledgedAt: now,
      ...(answer === undefined ? {} : { answer }),
    };
    const others = state.list('security').filter(({ key }) => key !== event);
    return { writes: [{ op: 'update', was, data }, ...archive(others)] };
  },
});

/**
 * Moves the oldest of the acknowledged events out of the site's partition, which every snapshot reads. With the command
 * that makes one too many, and in its transaction.
 */
function archive(others: readonly FactoryItem<'security'>[]): Write<Factory>[] {
  return others
    .filter(({ data }) => data.acknowledgedAt !== undefined)
    .sort((a, b) => b.data.at - a.data.at)
    .slice(recentEvents - 1)
    .slice(-archivedAtOnce)
    .flatMap((was): Write<Factory>[] => [
      {
        op: 'create',
        // With `rev`, since a gate may use an id of its own again once the old event is archived.
        ref: { entity: 'security', partition: archiveOf(was.data.site), key: `${was.key}.${was.rev}` },
        data: was.data,
      },
      { op: 'remove', was },
    ]);
}
