/** `GET /api/audit/{group}?before=<key>`: entries of the audit trail that are older than those that a snapshot shows. */
import { joinGroup } from '../../core/access.ts';
import { PulsecastError } from '../../core/codes.ts';
import { trail } from '../../core/platform.ts';
import { type HttpEvent, jsonReply, type Reply } from '../events.ts';
import type { ApiEffects } from './effects.ts';
import { callerOf } from './request.ts';

/** Entries of one answer: at most 10 KB each. */
const pageEntries = 50;

/** Newest first; `more` is the key to go on before. Errors: as of joining the group, `not_found`, `bad_request`. */
export async function olderEntries(
  event: HttpEvent,
  [group = '']: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  const { principal } = await callerOf(event, effects);
  const { definition } = joinGroup(effects.domains, group, principal);
  if (definition.audit !== true) throw new PulsecastError('not_found', 'This group has no audit trail.');
  const { before } = event.queryStringParameters ?? {};
  if (before !== undefined && !/^\d{13}-[0-9a-z]{1,32}$/.test(before)) {
    throw new PulsecastError('bad_request', '"before" is not the key of an entry.', {
      errors: [{ path: 'before', message: 'is not the key of an entry' }],
    });
  }
  const from = before === undefined ? undefined : `entry#${before}`;
  const items = await effects.items.newest(trail.name, group, pageEntries + 1, from);
  const entries = items.slice(0, pageEntries).map(({ entity, key, rev, data, hidden }) => {
    const whole = hidden.changes === undefined ? {} : { changes: hidden.changes, shortened: undefined };
    return { entity, key, rev, data: { ...data, ...whole } };
  });
  const more = items.length > pageEntries ? entries.at(-1)?.key : undefined;
  return jsonReply(200, { entries, ...(more === undefined ? {} : { more }) });
}
