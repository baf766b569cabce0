/** The paths that read groups and their audit trails. */
import { auditEntry } from '../../core/audit.ts';
import { json, problems } from './answers.ts';
import { integer, type Json, object, ref, schemaOf, text } from './json-schema.ts';

const groupReply = { description: 'As one entry of `subscribed`.', ...json(ref('GroupState')) };
const anyone = [{}, { user: [] }];

/** What may be looked at, what is in it now, and what was before. */
export const groupPaths: Json = {
  '/api/groups': {
    get: {
      operationId: 'listGroups',
      security: anyone,
      responses: {
        200: {
          description: 'What this principal may join now.',
          ...json(
            object({
              groups: {
                type: 'array',
                items: object(
                  {
                    group: ref('GroupName'),
                    title: text,
                    titles: object({ en: text, ru: text }),
                    domain: text,
                  },
                  ['group', 'title', 'domain'],
                ),
              },
            }),
          ),
        },
        ...problems('unauthorized', 'internal'),
      },
    },
  },
  '/api/groups/{group}': {
    get: {
      operationId: 'readGroup',
      description: 'The polling fallback. `ETag` is the offset.',
      security: anyone,
      parameters: [
        {
          name: 'group',
          in: 'path',
          required: true,
          schema: ref('GroupName'),
          description: 'With or without its slashes encoded.',
        },
        { name: 'after', in: 'query', schema: integer, description: 'The last offset seen.' },
        { name: 'more', in: 'query', schema: text, description: 'Cursor of the next page.' },
        { name: 'If-None-Match', in: 'header', schema: text },
      ],
      responses: {
        200: groupReply,
        304: { description: 'Nothing is new.' },
        ...problems('bad_request', 'unauthorized', 'forbidden', 'unknown_group', 'internal'),
      },
    },
  },
  '/api/audit/{group}': {
    get: {
      operationId: 'olderEntries',
      security: [{ user: [] }],
      parameters: [
        { name: 'group', in: 'path', required: true, schema: ref('GroupName') },
        {
          name: 'before',
          in: 'query',
          schema: text,
          description: 'The key of an entry: those before it are asked for. Absent: the newest.',
        },
      ],
      responses: {
        200: {
          description: 'At most 50 entries of the audit trail, the newest first.',
          ...json(
            object(
              {
                entries: {
                  type: 'array',
                  items: object({ entity: text, key: text, rev: integer, data: schemaOf(auditEntry) }),
                },
                more: { ...text, description: 'Go on with this as `before`; absent at the end.' },
              },
              ['entries'],
            ),
          ),
        },
        ...problems('bad_request', 'unauthorized', 'forbidden', 'unknown_group', 'not_found', 'internal'),
      },
    },
  },
};
