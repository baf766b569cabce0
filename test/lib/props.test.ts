import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, type PulsecastProps, settingsOf } from '../../lib/props.ts';
import { smallDomain, smallProps } from '../support/stack.ts';

const { issuer, ...withoutIssuer } = smallProps;

const impossible: [string, PulsecastProps, string][] = [
  ['no domain', { ...smallProps, domains: [] }, 'there is no domain'],
  [
    'two domains of one name',
    { ...smallProps, domains: [smallDomain(), smallDomain()] },
    'two domains are named shop',
  ],
  ['a domain named like a table', { ...smallProps, domains: [smallDomain('log')] }, 'like a part'],
  [
    'a domain named like that of the notices',
    { ...smallProps, domains: [smallDomain('notifications')] },
    'like a part',
  ],
  [
    'an unknown enabled domain',
    { ...smallProps, enabled: ['kitchen'] },
    'unknown domains are enabled: kitchen',
  ],
  ['no enabled domain', { ...smallProps, enabled: [] }, 'no domain is enabled'],
  ['no issuer', withoutIssuer, 'neither an issuer nor a Cognito pool'],
  ['issuer and pool', { ...smallProps, cognito: {} }, 'both an issuer and a Cognito pool'],
  [
    'an issuer that is no URL',
    { ...withoutIssuer, issuer: { ...issuer, issuer: 'id.example.com' } },
    'is not a URL',
  ],
  ['no audience', { ...withoutIssuer, issuer: { ...issuer, audience: '' } }, 'the audience is empty'],
  ['a short retention', { ...smallProps, retention: Duration.seconds(299) }, 'the retention is not'],
  ['a broken retention', { ...smallProps, retention: Duration.millis(400_500) }, 'the retention is not'],
  ['no relaxed window', { ...smallProps, relaxedWindow: Duration.seconds(0) }, 'the relaxed window is not'],
  [
    'a long relaxed window',
    { ...smallProps, relaxedWindow: Duration.minutes(6) },
    'the relaxed window is not',
  ],
  ['parallelization above 10', { ...smallProps, parallelization: 11 }, 'the parallelization is not'],
  ['endless retries', { ...smallProps, retryAttempts: -1 }, 'the retry attempts are not'],
  ['a rate of nothing', { ...smallProps, apiRate: { rate: 0, burst: 1 } }, 'a rate or burst is not above 0'],
  ['a budget of nothing', { ...smallProps, budget: { monthlyUsd: 0, email: 'a@b.c' } }, 'not above 0 USD'],
  ['a budget without e-mail', { ...smallProps, budget: { monthlyUsd: 5, email: '' } }, 'has no e-mail'],
  ['an alarm address that is none', { ...smallProps, alarmEmail: 'ops' }, 'the alarm e-mail'],
];

describe('props', () => {
  test.each(impossible)('%s throws', (_, props, message) => {
    expect(() => settingsOf(props)).toThrow(ConfigurationError);
    expect(() => settingsOf(props)).toThrow(message);
  });

  test('all faults are named at once', () => {
    const props = { ...withoutIssuer, domains: [], parallelization: 0 };
    expect(() => settingsOf(props)).toThrow(/no domain[\s\S]*neither an issuer[\s\S]*parallelization/);
  });

  test('what is not given has its default', () => {
    const settings = settingsOf(smallProps);
    expect(settings).toMatchObject({ tokenInQuery: 'off', parallelization: 2, retryAttempts: 5 });
    expect(settings.retention.toSeconds()).toBe(3600);
    expect(settings.enabled.map(({ name }) => name)).toEqual(['shop', 'notifications']);
  });

  test('a prop that is undefined has its default', () => {
    const props = { ...smallProps, parallelization: undefined } as unknown as PulsecastProps;
    expect(settingsOf(props).parallelization).toBe(2);
  });
});
