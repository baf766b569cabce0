/** `POST /api/announcements`: words for everybody who looks at a group, or at any. For the role `admin`. */
import { findGroup, listGroups } from '../../core/access.ts';
import { announcement } from '../../core/announcement.ts';
import { type Principal, stateOf, type Write } from '../../core/domain.ts';
import { notifications } from '../../core/notices.ts';
import { presence } from '../../core/platform.ts';
import { signature } from '../../core/rules.ts';
import { type HttpEvent, jsonReply, type Reply } from '../events.ts';
import { eachOf } from '../pacing.ts';
import { runRule } from '../rule.ts';
import type { ApiEffects } from './effects.ts';
import { adminOf, checked, jsonBody } from './request.ts';

/** Groups written at a time. */
const width = 8;

const key = 'announcement';

/** Answers with the number of groups. Errors: `invalid_input`, `unknown_group`. */
export async function announce(
  event: HttpEvent,
  _params: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  const principal = await adminOf(event, effects);
  const { group, text, seconds } = checked(announcement, jsonBody(event));
  if (group !== undefined) findGroup(effects.domains, group);
  const groups = group === undefined ? await allGroups(principal, effects) : [group];
  await eachOf(groups, width, async (one) => {
    await runRule(
      presence,
      [{ partition: one, entity: key, key }],
      (state, now) => {
        const was = state.get(key, key);
        const data = { text, by: signature(principal), at: now, until: now + seconds * 1000 };
        const write: Write =
          was === undefined
            ? { op: 'create', ref: { entity: key, partition: one, key }, data }
            : { op: 'update', was, data };
        return { writes: [write], value: undefined };
      },
      effects,
    );
  });
  return jsonReply(200, { groups: groups.length });
}

/** Every group that exists, but for trays, which are nobody's screen. */
async function allGroups(admin: Principal, { domains, items }: ApiEffects): Promise<string[]> {
  const lists = await Promise.all(
    domains
      .filter((domain) => domain !== notifications)
      .map(async (domain) => {
        const directory = await items.read(domain.name, [{ partition: domain.directory }]);
        return listGroups(domain, stateOf(directory), admin).map(({ group }) => group);
      }),
  );
  return lists.flat();
}
