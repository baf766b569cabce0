/** A stack's settings from CDK's context (`cdk deploy -c name=value`), where every value is text. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { AnyDomain } from '../core/domain.ts';
import { ConfigurationError, type PulsecastProps } from './props.ts';
import type { PulsecastStackProps } from './stack.ts';

/** Every name that is read, with what it takes. */
export const contextNames = {
  auth: '`cognito` makes a user pool, `issuer` takes the issuer below; default: `issuer` if one is given',
  issuer: "URL of the issuer, default of the stack's parameter `Issuer`",
  audience: "audience of its access tokens, default of the stack's parameter `Audience`; default: pulsecast",
  clientId: "id of the site's client at the issuer; default: pulsecast-web",
  tokenInQuery: "`on` or `off`, default of the stack's parameter `TokenInQuery`; default: off",
  domains: 'names of the domains that are switched on, separated by commas; default: all',
  retention: 'seconds that the log of a group reaches back; default: 3600',
  relaxedWindow: 'seconds that relaxed events are gathered; default: 2',
  postsPerSecond: 'frames posted per second, all together; default: 7000',
  reserveConcurrency: '`false` in an account whose concurrency quota is still 10; default: true',
  budget: 'USD a month above which `budgetEmail` is warned; default: none',
  budgetEmail: 'address for `budget`',
  alarmEmail: 'address for alarms; default: none',
  accessLogRole: '`false` when the role by which API Gateway writes logs is managed elsewhere; default: true',
  removal: '`retain` or `destroy`: what becomes of the data with the stack; default: retain',
  site: 'folder of the built site; default: web/dist',
} as const;

export type ContextName = keyof typeof contextNames;

/** Makes the props of the stack. Throws `ConfigurationError` for a value that is none of those allowed. */
export function propsOfContext(
  read: (name: ContextName) => unknown,
  domains: readonly AnyDomain[],
): PulsecastStackProps {
  const text = (name: ContextName): string | undefined => {
    const value = read(name);
    return value === undefined || value === '' ? undefined : String(value);
  };
  const oneOf = <T extends string>(name: ContextName, ...allowed: readonly T[]): T | undefined => {
    const value = text(name);
    const found = allowed.find((candidate) => candidate === value);
    if (value !== undefined && found === undefined) {
      throw new ConfigurationError(`The context ${name} is "${value}", not ${allowed.join(' or ')}.`);
    }
    return found;
  };
  const number = (name: ContextName): number | undefined => {
    const value = text(name);
    if (value !== undefined && !Number.isFinite(Number(value))) {
      throw new ConfigurationError(`The context ${name} is "${value}", not a number.`);
    }
    return value === undefined ? undefined : Number(value);
  };
  const seconds = (name: ContextName): Duration | undefined => {
    const value = number(name);
    return value === undefined ? undefined : Duration.seconds(value);
  };

  const issuer = text('issuer');
  const auth = oneOf('auth', 'issuer', 'cognito') ?? (issuer === undefined ? 'cognito' : 'issuer');
  if (auth === 'cognito' && issuer !== undefined) {
    throw new ConfigurationError('The context has both an issuer and auth=cognito.');
  }
  const budget = number('budget');
  return {
    domains,
    ...(auth === 'cognito'
      ? { cognito: {} }
      : {
          issuerParameters: defined({
            issuer,
            audience: text('audience') ?? 'pulsecast',
            clientId: text('clientId'),
          }),
        }),
    tokenInQuery: oneOf('tokenInQuery', 'on', 'off') ?? 'off',
    ...defined<Omit<PulsecastProps, 'domains' | 'issuer' | 'cognito' | 'tokenInQuery'>>({
      enabled: text('domains')
        ?.split(',')
        .map((name) => name.trim()),
      retention: seconds('retention'),
      relaxedWindow: seconds('relaxedWindow'),
      postsPerSecond: number('postsPerSecond'),
      reserveConcurrency: oneOf('reserveConcurrency', 'true', 'false') !== 'false',
      budget: budget === undefined ? undefined : { monthlyUsd: budget, email: text('budgetEmail') ?? '' },
      alarmEmail: text('alarmEmail'),
      accessLogRole: oneOf('accessLogRole', 'true', 'false') !== 'false',
      removalPolicy: oneOf('removal', 'retain', 'destroy') === 'destroy' ? RemovalPolicy.DESTROY : undefined,
      siteDirectory: text('site'),
    }),
  };
}

/** The members that have a value. */
function defined<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
