/** `GET /api/groups` and `GET /api/groups/{group}`: what may be joined, and the polling fallback. */
import { joinGroup, listGroups } from '../../core/access.ts';
import { PulsecastError } from '../../core/codes.ts';
import { stateOf } from '../../core/domain.ts';
import { type HttpEvent, header, jsonReply, type Reply } from '../events.ts';
import { standingOf, statesOf } from '../joining.ts';
import type { ApiEffects } from './effects.ts';
import { callerOf } from './request.ts';

/** Largest answer, in bytes of JSON: fewer pages than over a socket, far below Lambda's 6 MB. */
const maxReplyBytes = 256 * 1024;

export async function groupList(
  event: HttpEvent,
  _params: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  const { principal } = await callerOf(event, effects);
  const lists = await Promise.all(
    effects.domains.map(async (domain) => {
      const directory = await effects.items.read(domain.name, [{ partition: domain.directory }]);
      return listGroups(domain, stateOf(directory), principal);
    }),
  );
  return jsonReply(200, { groups: lists.flat() });
}

export async function groupState(
  event: HttpEvent,
  [group = '']: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  const { principal } = await callerOf(event, effects);
  const found = joinGroup(effects.domains, group, principal);
  const { after, more } = event.queryStringParameters ?? {};
  const standing = await standingOf({ group, after: offsetOf(after), more }, effects);
  if (standing.kind !== 'error' && more === undefined) {
    const etag = `"${standing.kind === 'missing' ? standing.offset : standing.start.offset}"`;
    const matches = (header(event.headers, 'if-none-match') ?? '').split(',').map((tag) => tag.trim());
    // A proxy that compresses the answer weakens its tag.
    if (matches.includes(etag) || matches.includes(`W/${etag}`)) {
      return { statusCode: 304, headers: { etag, 'cache-control': 'no-store' } };
    }
  }
  const [state] = await statesOf([standing], new Map([[group, found]]), effects, maxReplyBytes);
  if (state === undefined || 'error' in state) {
    throw new PulsecastError(
      state?.error.code ?? 'internal',
      state?.error.message ?? 'The group has no answer.',
    );
  }
  return jsonReply(200, state, { etag: `"${state.offset}"` });
}

function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const offset = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(offset)) {
    throw new PulsecastError('bad_request', '"after" is not an offset.', {
      errors: [{ path: 'after', message: 'is not a whole number from 0' }],
    });
  }
  return offset;
}
