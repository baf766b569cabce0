/** What a team may set, with its defaults, and the checks that stop an impossible configuration at synth. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { AnyDomain } from '../core/domain.ts';
import { notifications } from '../core/notices.ts';
import { platformTableNames } from './tables.ts';

/** An OpenID Connect issuer that the team already has. */
export interface IssuerProps {
  /** The `iss` of its tokens, an absolute URL. May be a token of CDK, such as a parameter's value. */
  readonly issuer: string;
  /** What the access tokens must be meant for. */
  readonly audience: string;
  /**
   * Id of the public client (code + PKCE) that the site signs in with.
   * @default 'pulsecast-web'
   */
  readonly clientId?: string;
  /**
   * The claim compared with `audience`.
   * @default 'aud'
   */
  readonly audienceClaim?: 'aud' | 'client_id';
  /**
   * The claim with the roles of the user, a list of strings.
   * @default 'roles'
   */
  readonly rolesClaim?: string;
  /**
   * The claim with the units of the user (`line:north`), a list of strings.
   * @default 'units'
   */
  readonly unitsClaim?: string;
  /**
   * Where the issuer's keys are.
   * @default - found by the issuer's `/.well-known/openid-configuration`
   */
  readonly jwksUri?: string;
  /**
   * Further origins that the browser calls to sign in (`https://oauth2.example.com`), when the issuer has its endpoints
   * elsewhere. They go into the site's content security policy.
   * @default - only the issuer's own origin
   */
  readonly origins?: readonly string[];
}

/** A Cognito user pool made with the stack. A user's groups are both roles (`operator`) and units (`line:north`). */
export interface CognitoProps {
  /**
   * Groups made with the pool; more can be added in Cognito at any time.
   * @default ['admin']
   */
  readonly groups?: readonly string[];
  /**
   * First part of the sign-in page's host, unique in the region.
   * @default - `pulsecast-` and eight digits of the stack's id
   */
  readonly domainPrefix?: string;
}

/** Steady requests per second, and how many may come at once. */
export interface Rate {
  readonly rate: number;
  readonly burst: number;
}

export interface PulsecastProps {
  /** The domains, at least one. Each gets a table, also when it is switched off. */
  readonly domains: readonly AnyDomain[];
  /**
   * Absolute path of the module that exports `domains`, bundled into the functions; the same list as `domains`.
   * @default - `domains/index.ts` of this package
   */
  readonly domainsEntry?: string;
  /**
   * Names of the domains that are switched on. One that is off keeps its table and data, and nobody reaches it.
   * @default - all `domains`
   */
  readonly enabled?: readonly string[];
  /**
   * Who signs the users' tokens. Give this or `cognito`.
   * @default - none
   */
  readonly issuer?: IssuerProps;
  /**
   * Makes a Cognito user pool. Give this or `issuer`.
   * @default - none
   */
  readonly cognito?: CognitoProps;
  /**
   * Accepts `?token=` at connect (`on`), for tools that can set neither a subprotocol nor a ticket. Addresses end up in
   * logs, so tokens should not be in them. May be a token of CDK.
   * @default 'off'
   */
  readonly tokenInQuery?: string;
  /**
   * How long a group's log reaches back, whole seconds: how long a client may be away and still resume without a new
   * snapshot. At least 5 minutes, the longest silence between two heartbeats of a client.
   * @default Duration.hours(1)
   */
  readonly retention?: Duration;
  /**
   * How long events of `relaxed` entities are gathered, 1 to 300 whole seconds. Longer is cheaper: frames are the bill.
   * @default Duration.seconds(2)
   */
  readonly relaxedWindow?: Duration;
  /**
   * Broadcasters that work on one shard of a domain's stream at the same time, 1 to 10.
   * @default 2
   */
  readonly parallelization?: number;
  /**
   * Times a failing batch is tried again before its records go to the dead letters, 0 to 10,000.
   * @default 5
   */
  readonly retryAttempts?: number;
  /**
   * Frames that clients may send over the WebSocket, all together, per second. With `apiRate` it should stay below the
   * account's 10,000 requests/s (burst 5,000), which the pushed frames share.
   * @default { rate: 3000, burst: 1500 }
   */
  readonly socketRate?: Rate;
  /**
   * HTTP requests, pulses included, all together, per second.
   * @default { rate: 3000, burst: 1500 }
   */
  readonly apiRate?: Rate;
  /**
   * Frames that the stack posts to connections per second, all functions together. The default is 70 % of the account's
   * 10,000 requests/s, so that ingest, commands and clients' frames always have the rest. Raise it with the account's
   * quota; lower it where other APIs share the account, or the region's quota is 2,500.
   * @default 7000
   */
  readonly postsPerSecond?: number;
  /**
   * How many sandboxes of the two functions that post may run at a time; each gets an equal part of its function's half
   * of `postsPerSecond`.
   * @default - a broadcaster for each mapping and its parallelization; a fan-out of 6
   */
  readonly senders?: { readonly broadcast: number; readonly fanout: number };
  /**
   * Reserves Lambda concurrency for `senders`, which bounds `postsPerSecond` whatever the streams bring. AWS refuses it in
   * an account whose concurrency quota is still 10: say `false` there; the quota itself bounds the posts then.
   * @default true
   */
  readonly reserveConcurrency?: boolean;
  /**
   * What becomes of the domains' tables, the device keys and the user pool with the stack. `RETAIN` also protects them
   * against deletion. What can be rebuilt (connections, logs of groups, the site) always goes with the stack.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
  /**
   * How long the CloudWatch logs are kept.
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * Level of the functions' logs.
   * @default 'INFO'
   */
  readonly logLevel?: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /**
   * Sets the role by which API Gateway writes access logs. It is one setting for the whole account and region, and
   * WebSocket APIs cannot log without it; say `false` when it is managed elsewhere.
   * @default true
   */
  readonly accessLogRole?: boolean;
  /**
   * Receives the alarms by e-mail.
   * @default - alarms are only seen in CloudWatch
   */
  readonly alarmEmail?: string;
  /**
   * Warns by e-mail when the account's costs of a month pass 80 % of `monthlyUsd`, or are forecast to pass all of it.
   * @default - no budget
   */
  readonly budget?: { readonly monthlyUsd: number; readonly email: string };
  /**
   * The site's own host name, with a certificate for it from us-east-1. Its DNS record is the team's.
   * @default - the host name that CloudFront gives
   */
  readonly host?: { readonly name: string; readonly certificate: ICertificate };
  /**
   * Folder of the built site.
   * @default - `web/dist` of this package (`npm run build:web`)
   */
  readonly siteDirectory?: string;
  /**
   * Folder of the functions' entry files, one `NAME.ts` for each.
   * @default - `lambdas` of this package
   */
  readonly functionsDirectory?: string;
  /**
   * Shown by the site.
   * @default - the version of this package
   */
  readonly version?: string;
}

/** Props with every default filled in. */
export type Settings = ReturnType<typeof settingsOf>;

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The configuration contradicts itself or what AWS accepts. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Fills in the defaults. Throws `ConfigurationError` when the props cannot work, naming all that is wrong with them. */
export function settingsOf(props: PulsecastProps) {
  const faults = faultsOf(props);
  if (faults.length > 0) throw new ConfigurationError(`Pulsecast cannot be built:\n- ${faults.join('\n- ')}`);
  const names = props.enabled ?? props.domains.map((domain) => domain.name);
  return {
    tokenInQuery: 'off',
    retention: Duration.hours(1),
    relaxedWindow: Duration.seconds(2),
    parallelization: 2,
    retryAttempts: 5,
    postsPerSecond: 7000,
    reserveConcurrency: true,
    socketRate: { rate: 3000, burst: 1500 },
    apiRate: { rate: 3000, burst: 1500 },
    removalPolicy: RemovalPolicy.RETAIN,
    logRetention: RetentionDays.ONE_MONTH,
    logLevel: 'INFO',
    accessLogRole: true,
    domainsEntry: path('../domains/index.ts'),
    siteDirectory: path('../web/dist'),
    functionsDirectory: path('../lambdas'),
    version: String(JSON.parse(readFileSync(path('../package.json'), 'utf8')).version),
    // A team's own compiler settings may let undefined through.
    ...(Object.fromEntries(
      Object.entries(props).filter(([, value]) => value !== undefined),
    ) as PulsecastProps),
    domains: [...props.domains, notifications],
    enabled: [...props.domains.filter((domain) => names.includes(domain.name)), notifications],
  };
}

function faultsOf(props: PulsecastProps): string[] {
  const names = props.domains.map((domain) => domain.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const taken = [...platformTableNames, notifications.name].filter((name) => names.includes(name));
  const unknown = (props.enabled ?? []).filter((name) => !names.includes(name));
  const seconds = (duration: Duration | undefined) => duration?.toSeconds({ integral: false });
  const between = (value: number | undefined, least: number, most: number) =>
    value === undefined || (Number.isInteger(value) && value >= least && value <= most);
  const rates = [props.socketRate, props.apiRate].filter((rate) => rate !== undefined);
  const { issuer, cognito, budget } = props;
  const checks: [boolean, string][] = [
    [names.length === 0, 'there is no domain'],
    [twice.length > 0, `two domains are named ${twice.join(', ')}`],
    [taken.length > 0, `a domain is named like a part of the platform: ${taken.join(', ')}`],
    [
      unknown.length > 0,
      `unknown domains are enabled: ${unknown.join(', ')} (there are ${names.join(', ')})`,
    ],
    [props.enabled?.length === 0, 'no domain is enabled'],
    [issuer === undefined && cognito === undefined, 'neither an issuer nor a Cognito pool is given'],
    [issuer !== undefined && cognito !== undefined, 'both an issuer and a Cognito pool are given'],
    [issuer !== undefined && !isUrl(issuer.issuer), `the issuer "${issuer?.issuer}" is not a URL`],
    [issuer?.audience === '', 'the audience is empty'],
    [!between(seconds(props.retention), 300, 86_400), 'the retention is not 5 min to 24 h in whole seconds'],
    [!between(seconds(props.relaxedWindow), 1, 300), 'the relaxed window is not 1 to 300 whole seconds'],
    [!between(props.parallelization, 1, 10), 'the parallelization is not 1 to 10'],
    [!between(props.retryAttempts, 0, 10_000), 'the retry attempts are not 0 to 10,000'],
    [!between(props.postsPerSecond, 100, 1_000_000), 'the posts per second are not 100 to 1,000,000'],
    [
      !between(props.senders?.broadcast, 1, 1000) || !between(props.senders?.fanout, 1, 1000),
      'the senders are not 1 to 1,000 of each function',
    ],
    [rates.some(({ rate, burst }) => !(rate > 0 && burst > 0)), 'a rate or burst is not above 0'],
    [budget !== undefined && !(budget.monthlyUsd > 0), 'the budget is not above 0 USD'],
    [budget !== undefined && !isEmail(budget.email), 'the budget has no e-mail address to warn'],
    [props.alarmEmail !== undefined && !isEmail(props.alarmEmail), 'the alarm e-mail is not an address'],
  ];
  return checks.filter(([wrong]) => wrong).map(([, fault]) => fault);
}

function isUrl(text: string): boolean {
  return Token.isUnresolved(text) || /^https?:\/\/[^/\s]+/.test(text);
}

function isEmail(text: string): boolean {
  return Token.isUnresolved(text) || /^[^@\s]+@[^@\s]+$/.test(text);
}
