import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { propsOfContext } from '../../lib/context.ts';
import { ConfigurationError } from '../../lib/props.ts';
import type { Context } from '../support/assembly.ts';
import { smallDomain } from '../support/stack.ts';

const domains = [smallDomain()];
const read = (context: Context) => propsOfContext((name) => context[name], domains);

describe('context', () => {
  test('without an issuer there is a Cognito pool', () => {
    expect(read({})).toEqual({
      domains,
      cognito: {},
      tokenInQuery: 'off',
      accessLogRole: true,
      reserveConcurrency: true,
    });
  });

  test('with one its URL and audience are defaults of parameters', () => {
    expect(read({ issuer: 'https://id.example.com', clientId: 'shop-web' }).issuerParameters).toEqual({
      issuer: 'https://id.example.com',
      audience: 'pulsecast',
      clientId: 'shop-web',
    });
  });

  test('auth=issuer leaves the URL to the parameter', () => {
    expect(read({ auth: 'issuer', audience: 'shop' }).issuerParameters).toEqual({ audience: 'shop' });
  });

  test('everything else is read from text', () => {
    const props = read({
      auth: 'cognito',
      domains: 'shop, bakery',
      retention: '600',
      relaxedWindow: '5',
      budget: '12.5',
      budgetEmail: 'ops@example.com',
      alarmEmail: 'ops@example.com',
      tokenInQuery: 'on',
      accessLogRole: 'false',
      reserveConcurrency: 'false',
      postsPerSecond: '1750',
      removal: 'destroy',
      site: '/srv/site',
    });
    expect(props).toMatchObject({
      enabled: ['shop', 'bakery'],
      budget: { monthlyUsd: 12.5, email: 'ops@example.com' },
      alarmEmail: 'ops@example.com',
      tokenInQuery: 'on',
      accessLogRole: false,
      reserveConcurrency: false,
      postsPerSecond: 1750,
      removalPolicy: RemovalPolicy.DESTROY,
      siteDirectory: '/srv/site',
    });
    expect(props.retention?.toSeconds()).toBe(Duration.minutes(10).toSeconds());
    expect(props.relaxedWindow?.toSeconds()).toBe(5);
  });

  test.each<[Context, string]>([
    [{ auth: 'cognito', issuer: 'https://id.example.com' }, 'both an issuer and auth=cognito'],
    [{ auth: 'ldap' as string }, 'not issuer or cognito'],
    [{ retention: 'an hour' }, 'not a number'],
    [{ tokenInQuery: 'yes' }, 'not on or off'],
    [{ removal: 'keep' }, 'not retain or destroy'],
  ])('%j is refused', (context, message) => {
    expect(() => read(context)).toThrow(ConfigurationError);
    expect(() => read(context)).toThrow(message);
  });
});
