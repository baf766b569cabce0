/** What both documents speak of. */
import type { GenericSchema } from 'valibot';
import { codes } from '../../core/codes.ts';
import type { AnyDomain } from '../../core/domain.ts';
import { maxGroupName } from '../../core/group.ts';
import { integer, type Json, object, ref, schemaOf, text } from './json-schema.ts';

const pascal = (name: string) =>
  name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

const dataName = (domain: AnyDomain, entity: string) => `${pascal(domain.name)}${pascal(entity)}`;

/** The data of each entity, items, events and the answer for a group. */
export function sharedSchemas(domains: readonly AnyDomain[]): Json {
  const kinds = domains.flatMap((domain) =>
    Object.keys(domain.entities).map((entity) => ({ domain, entity })),
  );
  const data = kinds.map(({ domain, entity }) => [
    dataName(domain, entity),
    schemaOf(domain.entities[entity]?.data as GenericSchema),
  ]);
  const named = object({ entity: text, key: text, rev: integer });
  const anyData = { anyOf: kinds.map(({ domain, entity }) => ref(dataName(domain, entity))) };
  return {
    ...Object.fromEntries(data),
    GroupName: {
      type: 'string',
      maxLength: maxGroupName,
      examples: domains.flatMap(({ name, groups }) =>
        Object.values(groups).map(({ pattern }) => `${name}/${pattern}`),
      ),
    },
    Item: {
      allOf: [named, object({ data: anyData })],
      description: 'The state of an item; `rev` rises in every write.',
    },
    Event: {
      oneOf: [
        { allOf: [named, object({ op: { const: 'put' }, data: anyData })] },
        { allOf: [named, object({ op: { const: 'remove' } })] },
      ],
      description: 'The new state of an item. It counts iff its `rev` is higher than the one held.',
    },
    GroupState: {
      oneOf: [
        object({
          group: ref('GroupName'),
          offset: integer,
          recovered: { const: true },
          events: { type: 'array', items: ref('Event') },
        }),
        object(
          {
            group: ref('GroupName'),
            offset: integer,
            recovered: { const: false },
            snapshot: { type: 'array', items: ref('Item') },
            more: { ...text, description: 'Cursor of the next page; absent on the last one.' },
          },
          ['group', 'offset', 'recovered', 'snapshot'],
        ),
        object({ group: ref('GroupName'), error: ref('Fault') }),
      ],
    },
    Code: { enum: Object.keys(codes) },
    Fault: object({ code: ref('Code'), message: text }),
  };
}
