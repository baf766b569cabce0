/**
 * Group names: `domain/kind/parameter...`, such as `factory/line/north`. A name is at most 200 characters, of 2 to 8
 * segments; a segment is 1 to 64 of `A-Z a-z 0-9 . _ : -`. No segment can hold `#` or `/`, which keys use as separators.
 */
const segment = /^[\w.:-]{1,64}$/;
const segments = /^(\/[\w.:-]{1,64}){2,8}$/;

/** Longest group name, in characters. Keeps keys far below DynamoDB's 2,048 bytes of a partition key. */
export const maxGroupName = 200;

/** Most groups that one subscribe, unsubscribe or sync frame may name. A reply must fit one 32 KB frame. */
export const maxGroupsPerFrame = 50;

export function isGroupName(name: string): boolean {
  return name.length <= maxGroupName && segments.test(`/${name}`);
}

/**
 * Any text as one segment of a group name: what a segment cannot hold is written as `:` and two hex digits a byte. Undefined
 * when that is longer than a segment, which no `sub` of a known issuer is.
 */
export function segmentOf(name: string): string | undefined {
  const written = [...new TextEncoder().encode(name)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9._-]/.test(char) ? char : `:${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
  return segment.test(written) ? written : undefined;
}

/** The group of a person's notices (`core/notices.ts`); undefined for a `sub` that no group name can hold. */
export function noticeGroupOf(sub: string): string | undefined {
  const person = segmentOf(sub);
  return person === undefined ? undefined : `notifications/${person}`;
}

/** The domain of a group: its first segment. */
export function domainOf(group: string): string {
  return group.slice(0, group.indexOf('/'));
}

/**
 * Matches a name against a pattern such as `line/:line`; gives the parameters, or undefined when it does not fit.
 * Neither has the domain in front.
 */
export function matchPattern(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

/** Fills a pattern: `line/:line` with `{ line: 'north' }` is `line/north`. */
export function fillPattern(pattern: string, params: Record<string, string>): string {
  return pattern
    .split('/')
    .map((part) => (part.startsWith(':') ? (params[part.slice(1)] ?? '') : part))
    .join('/');
}

/**
 * How many partitions hold the members of one group. API Gateway opens 500 connections a second and a partition takes 1,000
 * writes/s: two leave room for those that leave meanwhile. Each is one query of every broadcast.
 */
export const memberShards = 2;

/** A number of 32 bits for a text, always the same: FNV-1a. Tells texts apart, and keeps no secret. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** The shard of a connection: stable, so that leaving needs no search. */
export function shardOf(connectionId: string, shards = memberShards): number {
  return hashOf(connectionId) % shards;
}
