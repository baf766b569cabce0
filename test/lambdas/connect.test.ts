import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Connection } from '../../lambdas/adapters/connections.ts';
import { type ConnectEffects, connect, handler } from '../../lambdas/connect.ts';
import type { ConnectEvent } from '../../lambdas/events.ts';
import { codeOf, effectsOn, tokenOf, user } from './support.ts';

const now = 1_763_638_000_000;
const ann = user('ann', { units: ['room:a'] });

function effects(more: Partial<ConnectEffects> = {}) {
  const opened: Connection[] = [];
  const closed: string[] = [];
  const all: ConnectEffects = {
    verify: effectsOn({} as never, { now }).verify,
    access: {
      takeTicket: async (secret) =>
        secret === 'good'
          ? { principal: ann, expiresAt: now + 5, issuedAt: now, session: 'a-session' }
          : undefined,
    },
    connections: {
      open: async (connection) => {
        opened.push(connection);
      },
      close: async (connectionId) => {
        closed.push(connectionId);
      },
    },
    sessions: { spend: async () => undefined },
    tokenInQuery: false,
    now: () => now,
    ...more,
  };
  return { opened, closed, all };
}

function event(protocols?: string, query?: Record<string, string>): ConnectEvent {
  return {
    headers: protocols === undefined ? {} : { 'Sec-WebSocket-Protocol': protocols },
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: { connectionId: 'c=' },
  };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('$connect', () => {
  test('[CONN-1] takes a token from the subprotocols, keeps who it is, and echoes the protocol alone', async () => {
    const { opened, all } = effects();
    expect(await connect(event(`pulsecast.v1, jwt.${tokenOf(ann)}`), all)).toEqual({
      statusCode: 200,
      headers: { 'Sec-WebSocket-Protocol': 'pulsecast.v1' },
    });
    expect(opened).toEqual([
      {
        connectionId: 'c=',
        principal: ann,
        connectedAt: now,
        tokenExpiresAt: now + 3_600_000,
        session: 'a-session',
      },
    ]);
  });

  test('[CONN-3] without a credential is anonymous, with or without the subprotocol', async () => {
    const { opened, all } = effects();
    expect(await connect(event(), all)).toEqual({ statusCode: 200 });
    expect(await connect(event('pulsecast.v1'), all)).toMatchObject({ statusCode: 200 });
    expect(opened.map(({ principal, tokenExpiresAt }) => [principal.kind, tokenExpiresAt])).toEqual([
      ['anonymous', undefined],
      ['anonymous', undefined],
    ]);
  });

  test('[CONN-4] takes a ticket, and a token in the query only where that is on', async () => {
    const { opened, all } = effects();
    expect(await connect(event(undefined, { ticket: 'good' }), all)).toMatchObject({ statusCode: 200 });
    expect(await codeOf(connect(event(undefined, { ticket: 'used' }), all))).toBe('unauthorized');
    expect(await codeOf(connect(event(undefined, { token: tokenOf(ann) }), all))).toBe('unauthorized');
    const on = effects({ tokenInQuery: true });
    expect(await connect(event(undefined, { token: tokenOf(ann) }), on.all)).toMatchObject({
      statusCode: 200,
    });
    expect(opened).toHaveLength(1);
  });

  test('[CONN-1] of several credentials takes the subprotocol, then the ticket, and no other in place of a bad one', async () => {
    const { opened, all } = effects({ tokenInQuery: true });
    const [bad, good] = ['pulsecast.v1, jwt.nonsense', `pulsecast.v1, jwt.${tokenOf(ann)}`];
    expect(await connect(event(good, { ticket: 'used' }), all)).toMatchObject({ statusCode: 200 });
    expect(await codeOf(connect(event(bad, { ticket: 'good', token: tokenOf(ann) }), all))).toBe(
      'unauthorized',
    );
    const ticketFirst = event(undefined, { ticket: 'used', token: tokenOf(ann) });
    expect(await codeOf(connect(ticketFirst, all))).toBe('unauthorized');
    expect(opened).toHaveLength(1);
  });

  test('[CONN-2] refuses a bad token, and never falls back to anonymous', async () => {
    const { opened, all } = effects();
    expect(await codeOf(connect(event('pulsecast.v1, jwt.nonsense'), all))).toBe('unauthorized');
    expect(await codeOf(connect(event('pulsecast.v1, jwt.'), all))).toBe('unauthorized');
    expect(opened).toEqual([]);
  });

  test('[CONN-5] refuses subprotocols without ours', async () => {
    expect(await codeOf(connect(event(`graphql-ws, jwt.${tokenOf(ann)}`), effects().all))).toBe(
      'bad_request',
    );
  });

  test('[CONN-6] turns errors into the status of the handshake', async () => {
    for (const name of ['ISSUER', 'AUDIENCE', 'ACCESS_TABLE', 'CONNECTIONS_TABLE']) vi.stubEnv(name, name);
    const context = { awsRequestId: 'r', functionName: 'connect' } as never;
    expect(await handler(event('other'), context)).toEqual({ statusCode: 400 });
  });
});
