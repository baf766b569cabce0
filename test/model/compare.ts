/** Views against the table. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Member } from './member.ts';
import { maySee } from './rules.ts';
import type { Contents, Truth } from './truth.ts';

/** How a member's view differs from what it should be; undefined when it does not. */
export function difference(member: Member, group: string, truth: Truth): string | undefined {
  if (!maySee(member.user, group)) return member.refused(group) ? undefined : 'was not refused';
  const held = member.holds(group);
  if (held !== undefined) return differ(held, truth.contents(group));
  return member.refused(group) ? 'was refused' : 'is not current';
}

/** The first difference in words; undefined when there is none. */
export function differ(held: Contents, wanted: Contents): string | undefined {
  // Whoever has left stands there for a while, and how long is a matter of the clock.
  const left = (id: string, data: string) => id.startsWith('presence ') && data.includes('"leftAt"');
  for (const [id, { rev, data }] of wanted) {
    if (left(id, data)) continue;
    const own = held.get(id);
    if (own === undefined) return `${id} is missing, rev ${rev}`;
    if (own.rev !== rev) return `${id} has rev ${own.rev} and not ${rev}`;
    if (own.data !== data) return `${id} of rev ${rev} has other data`;
  }
  for (const [id, { rev, data }] of held) {
    if (!wanted.has(id) && !left(id, data)) return `${id} of rev ${rev} should not be there`;
  }
  return undefined;
}

/** Waits until every view is as it should be; false when that takes longer than `ms`. */
export async function rest(members: readonly Member[], truth: Truth, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  const fits = (member: Member) =>
    member.groups().every((group) => difference(member, group, truth) === undefined);
  for (;;) {
    // Something may have been written meanwhile, such as by the sweep.
    await truth.read();
    if (members.every(fits)) return true;
    if (Date.now() > deadline) return false;
    await pause(20);
  }
}
