/** The documents of the interfaces, from the definitions that the functions check by: OpenAPI 3.1 and AsyncAPI 3. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { announcement } from '../core/announcement.ts';
import { auditEntry } from '../core/audit.ts';
import { codes } from '../core/codes.ts';
import type { AnyDomain } from '../core/domain.ts';
import { maxGroupName } from '../core/group.ts';
import { clientFrames, maxFrameBytes, subprotocol } from '../core/protocol.ts';
import { pulseBatch } from '../core/pulses.ts';

type Json = Record<string, unknown>;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const integer: Json = { type: 'integer', minimum: 0 };
const text: Json = { type: 'string' };
const object = (properties: Json, required: readonly string[] = Object.keys(properties)): Json => ({
  type: 'object',
  properties,
  required: [...required],
});

/** A schema as JSON Schema. Checks that only code can make (one date after another) are left to the server. */
function schemaOf(schema: GenericSchema): Json {
  const { $schema: _version, ...json } = toJsonSchema(schema, {
    errorMode: 'ignore',
    typeMode: 'input',
  }) as Json;
  return json;
}

const pascal = (name: string) =>
  name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

const dataName = (domain: AnyDomain, entity: string) => `${pascal(domain.name)}${pascal(entity)}`;

/** What both documents speak of: the data of each entity, items, events and the answer for a group. */
function sharedSchemas(domains: readonly AnyDomain[]): Json {
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

const json = (schema: Json): Json => ({ content: { 'application/json': { schema } } });

/** The problem answers of a call, by the codes that it can give. */
function problems(...given: (keyof typeof codes)[]): Json {
  const byStatus = Map.groupBy(given, (code) => codes[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      String(status),
      {
        description: those.map((code) => `${code}: ${codes[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    ]),
  );
}

const idempotency = {
  name: 'Idempotency-Key',
  in: 'header',
  schema: { type: 'string', maxLength: 200 },
  description: 'The same key again has no second effect and gets the same answer, for 24 h.',
};

function commandPaths(domains: readonly AnyDomain[]): Json {
  const commands = domains.flatMap(({ name, commands: own }) =>
    Object.entries(own).map(([command, { input }]) => ({ name, command, input })),
  );
  return Object.fromEntries(
    commands.map(({ name, command, input }) => [
      `/api/commands/${name}/${command}`,
      {
        post: {
          operationId: `${name}.${command}`,
          tags: [name],
          security: [{ user: [] }],
          parameters: [idempotency],
          requestBody: { required: true, ...json(schemaOf(input)) },
          responses: {
            200: { description: 'Done, once.', ...json(object({ result: {}, rev: integer }, [])) },
            ...problems(
              'bad_request',
              'unauthorized',
              'forbidden',
              'not_found',
              'conflict',
              'invalid_input',
              'rate_limited',
              'internal',
            ),
          },
        },
      },
    ]),
  );
}

/** The HTTP interface of the domains as an OpenAPI 3.1 document. `version` is that of the deployed package. */
export function openApi(domains: readonly AnyDomain[], version: string): Json {
  const groupReply = { description: 'As one entry of `subscribed`.', ...json(ref('GroupState')) };
  const anyone = [{}, { user: [] }];
  return {
    openapi: '3.1.0',
    info: { title: 'Pulsecast', version, description: 'Live data over WebSocket is in asyncapi.json.' },
    components: {
      securitySchemes: {
        user: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Access token of the issuer.',
        },
        device: { type: 'http', scheme: 'bearer', description: 'Device key.' },
      },
      schemas: {
        ...sharedSchemas(domains),
        Pulses: pulses(),
        Problem: {
          ...object({ type: text, title: text, status: integer, code: ref('Code') }),
          description: 'RFC 9457.',
          additionalProperties: true,
        },
      },
    },
    paths: {
      '/api/pulses': {
        post: {
          operationId: 'postPulses',
          security: [{ device: [] }],
          requestBody: { required: true, ...json(ref('Pulses')) },
          responses: {
            202: {
              description: 'Counted, each pulse once.',
              ...json(object({ accepted: integer, duplicates: integer, nextSeq: integer })),
            },
            ...problems(
              'bad_request',
              'unauthorized',
              'forbidden',
              'sequence_gap',
              'invalid_input',
              'rate_limited',
              'internal',
            ),
          },
        },
      },
      ...commandPaths(domains),
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
      '/api/announcements': {
        post: {
          operationId: 'announce',
          security: [{ user: [] }],
          requestBody: { required: true, ...json(schemaOf(announcement)) },
          responses: {
            200: {
              description: 'Shown in so many groups. For the role `admin`.',
              ...json(object({ groups: integer })),
            },
            ...problems('unauthorized', 'forbidden', 'unknown_group', 'invalid_input', 'internal'),
          },
        },
      },
      '/api/tickets': {
        post: {
          operationId: 'makeTicket',
          security: [{ user: [] }],
          responses: {
            200: {
              description: 'Opens one socket within 30 s, as `?ticket=`.',
              ...json(object({ ticket: text, expiresAt: { type: 'string', format: 'date-time' } })),
            },
            ...problems('unauthorized', 'rate_limited', 'internal'),
          },
        },
      },
      '/api/logout': {
        post: {
          operationId: 'logout',
          security: [{ user: [] }],
          responses: {
            200: {
              description: 'The session of the token has ended, with so many sockets.',
              ...json(object({ ended: { type: 'integer' } })),
            },
            ...problems('unauthorized', 'internal'),
          },
        },
      },
      '/api/sessions/revoke': {
        post: {
          operationId: 'revokeSessions',
          security: [{ user: [] }],
          requestBody: { required: true, ...json(object({ sub: text })) },
          responses: {
            200: {
              description: 'For admins. All tokens of the user are refused, and so many sockets have ended.',
              ...json(object({ ended: { type: 'integer' } })),
            },
            ...problems('unauthorized', 'forbidden', 'invalid_input', 'internal'),
          },
        },
      },
      '/api/me': {
        get: {
          operationId: 'me',
          security: [{ user: [] }],
          responses: {
            200: {
              description: 'Who asks, and which domains are on.',
              ...json(
                object({
                  principal: object({ kind: text, sub: text, name: text }, ['kind', 'sub']),
                  roles: { type: 'array', items: text },
                  units: { type: 'array', items: text },
                  domains: { type: 'array', items: text },
                }),
              ),
            },
            ...problems('unauthorized', 'internal'),
          },
        },
      },
    },
  };
}

/** The batch of pulses, without the bounds of `at`, which move with the time of arrival. */
function pulses(): Json {
  const schema = schemaOf(pulseBatch(0)) as {
    properties: { pulses: { items: { properties: { at: Json } } } };
  };
  const { at } = schema.properties.pulses.items.properties;
  schema.properties.pulses.items.properties.at = {
    type: at.type,
    description: 'Epoch milliseconds; at most 5 minutes ahead and 30 days back.',
  };
  return schema;
}

const serverFrames: Json = {
  subscribed: object({ id: text, groups: { type: 'array', items: ref('GroupState') } }, ['groups']),
  unsubscribed: object({ id: text, groups: { type: 'array', items: ref('GroupName') } }, ['groups']),
  synced: object(
    {
      id: text,
      at: { type: 'string', format: 'date-time' },
      groups: { type: 'array', items: ref('GroupState') },
    },
    ['at', 'groups'],
  ),
  refreshed: object({ id: text, expiresAt: { type: 'string', format: 'date-time' } }, ['expiresAt']),
  events: object({
    groups: {
      type: 'array',
      items: object({
        group: ref('GroupName'),
        offset: integer,
        events: { type: 'array', items: ref('Event') },
      }),
    },
  }),
  signal: object({ group: ref('GroupName'), from: object({ user: text }), data: {} }),
  error: object({ id: text, code: ref('Code'), message: text }, ['code', 'message']),
  disconnect: object({ code: ref('Code'), message: text, reconnect: { type: 'boolean' }, afterMs: integer }),
};

/** The WebSocket interface as an AsyncAPI 3 document, seen from the server: it receives what clients send. */
export function asyncApi(domains: readonly AnyDomain[], version: string): Json {
  const received = Object.entries(clientFrames).map(
    ([action, schema]) => [action, schemaOf(schema)] as const,
  );
  const sent = Object.entries(serverFrames).map(([type, frame]) => {
    const { properties, required } = frame as { properties: Json; required: string[] };
    return [
      type,
      {
        ...(frame as Json),
        properties: { type: { const: type }, ...properties },
        required: ['type', ...required],
      },
    ] as const;
  });
  const messageName = (side: 'client' | 'server', name: string) => `${side}.${name}`;
  const messages = (side: 'client' | 'server', frames: readonly (readonly [string, unknown])[]) =>
    frames.map(([name, payload]) => [messageName(side, name), { name, payload }] as const);
  const all = [...messages('client', received), ...messages('server', sent)];
  const pick = (side: string) =>
    all
      .filter(([name]) => name.startsWith(side))
      .map(([name]) => ({ $ref: `#/channels/live/messages/${name}` }));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Pulsecast',
      version,
      description: `JSON text frames of at most ${maxFrameBytes} bytes; subprotocols ${subprotocol} and jwt.<token>.`,
    },
    channels: {
      live: {
        address: '/live',
        messages: Object.fromEntries(all.map(([name]) => [name, { $ref: `#/components/messages/${name}` }])),
      },
    },
    operations: {
      receive: { action: 'receive', channel: { $ref: '#/channels/live' }, messages: pick('client.') },
      send: { action: 'send', channel: { $ref: '#/channels/live' }, messages: pick('server.') },
    },
    components: { messages: Object.fromEntries(all), schemas: sharedSchemas(domains) },
  };
}
