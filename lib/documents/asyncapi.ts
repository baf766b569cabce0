/** The document of the WebSocket interface, from the definitions that the functions check by: AsyncAPI 3. */
import type { AnyDomain } from '../../core/domain.ts';
import { clientFrames, maxFrameBytes, subprotocol } from '../../core/protocol.ts';
import { integer, type Json, object, ref, schemaOf, text } from './json-schema.ts';
import { sharedSchemas } from './shared-schemas.ts';

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
