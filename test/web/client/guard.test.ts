import { expect, test } from 'vitest';
import type { ServerFrame } from '../../../core/protocol.ts';
import { north, setup, shown, south } from './setup.ts';

test.each([
  ['not text', new ArrayBuffer(2)],
  ['not JSON', '{"type"'],
  ['a list', '[]'],
  ['events without groups', '{"type":"events"}'],
  ['an offset as text', '{"type":"events","groups":[{"group":"a/b","offset":"1","events":[]}]}'],
  [
    'an event without a rev',
    '{"type":"events","groups":[{"group":"a/b","offset":1,"events":[{"entity":"m","key":"k","op":"put","data":1}]}]}',
  ],
  [
    'a put without data',
    '{"type":"events","groups":[{"group":"a/b","offset":1,"events":[{"entity":"m","key":"k","rev":1,"op":"put"}]}]}',
  ],
  [
    'an unknown op',
    '{"type":"events","groups":[{"group":"a/b","offset":1,"events":[{"entity":"m","key":"k","rev":1,"op":"burn","data":1}]}]}',
  ],
  [
    'an answer without a verdict',
    '{"type":"synced","id":"1","groups":[{"group":"a/b","offset":1,"events":[]}]}',
  ],
  ['an error without a code', '{"type":"error","message":"x"}'],
  ['a disconnect without afterMs', '{"type":"disconnect","code":"internal","message":"","reconnect":true}'],
  ['a signal from nobody', '{"type":"signal","group":"a/b","from":null,"data":1}'],
])('%s is reported and ignored', async (_, text) => {
  const { clock, server, client, errors } = setup();
  await clock.advance(0);
  server.socket.raw(text);
  expect(errors).toMatchObject([{ name: expect.stringMatching(/^(Frame|Syntax)Error$/) }]);
  expect(client.state).toBe('connected');
});

test.each(['{"type":"news"}', '{"type":"toString"}', '{"message":"Internal server error"}'])(
  'an unknown frame is ignored: %s',
  async (text) => {
    const { clock, server, client, errors } = setup();
    await clock.advance(0);
    server.socket.raw(text);
    expect(errors).toEqual([]);
    expect(client.state).toBe('connected');
  },
);

test('answers to questions that were not asked change nothing', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  const { offset } = group;
  const frames: ServerFrame[] = [
    { type: 'subscribed', id: '99', groups: [{ group: north, offset: 9e12, recovered: true, events: [] }] },
    { type: 'unsubscribed', id: '98', groups: [north] },
    { type: 'events', groups: [{ group: south, offset: 1, events: [] }] },
  ];
  for (const frame of frames) server.socket.push(frame);
  expect(group.offset).toBe(offset);
  expect(group.status).toBe('live');
});

test('data stays data: markup comes out as the text that it is', async () => {
  const { clock, server, client } = setup();
  const group = client.group(north);
  await clock.advance(0);
  const text = '<img src=x onerror=alert(1)>';
  server.write(north, { [text]: { text } });
  expect(shown(group)).toEqual({ [text]: { text } });
});
