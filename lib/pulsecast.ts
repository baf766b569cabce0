/** The whole of Pulsecast as one construct, for a team's own CDK app: `new Pulsecast(this, 'Live', { domains, ... })`. */
import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { notifications } from '../core/notices.ts';
import { type Auth, issuerAuth, issuerOrigins, UserDirectory } from './auth.ts';
import { Broadcast } from './broadcast.ts';
import { asyncApi } from './documents/asyncapi.ts';
import { openApi } from './documents/openapi.ts';
import { Functions } from './functions.ts';
import { Http } from './http.ts';
import { Monitoring } from './monitoring.ts';
import { ConfigurationError, type PulsecastProps, settingsOf } from './props.ts';
import { Site } from './site.ts';
import { Socket } from './socket.ts';
import { Tables } from './tables.ts';

/**
 * Tables, functions, both APIs, the site, sign-in and monitoring. Throws `ConfigurationError` when the props contradict
 * each other or the site was not built.
 */
export class Pulsecast extends Construct {
  /** Where people open the site, `https://HOST`. */
  readonly siteUrl: string;
  /** Where programs open a socket without the site's distribution, `wss://HOST/live`. */
  readonly liveUrl: string;
  /** Where programs call the HTTP API without the site's distribution, `https://HOST/api`. */
  readonly apiUrl: string;
  readonly auth: Auth;
  readonly tables: Tables;
  readonly functions: Functions;

  constructor(scope: Construct, id: string, props: PulsecastProps) {
    super(scope, id);
    const settings = settingsOf(props);
    const service = Stack.of(this).stackName;
    this.tables = new Tables(this, 'Tables', settings);
    const socket = new Socket(this, 'Socket', settings);
    const http = new Http(this, 'Http', settings);
    const directory =
      props.cognito === undefined ? undefined : new UserDirectory(this, 'Users', props.cognito, settings);
    const site = new Site(this, 'Site', {
      settings,
      apiHost: http.host,
      socketHost: socket.host,
      origins: directory?.origins ?? issuerOrigins(issuerOf(props)),
    });
    this.auth = directory?.auth(site.url) ?? issuerAuth(issuerOf(props));
    const { tables, auth } = this;
    this.functions = new Functions(this, 'Functions', { settings, service, tables, auth, socket });
    const functions = this.functions.all;
    socket.route(functions);
    http.route(functions);
    const { deadLetters } = new Broadcast(this, 'Broadcast', {
      settings,
      tables,
      broadcaster: functions.broadcast,
      fanout: functions.fanout,
    });
    new Rule(this, 'Sweep', {
      description: 'Lets time pass in the domains',
      schedule: Schedule.rate(Duration.minutes(1)),
      // A sweep that is late is of no use: the next one sees all that it would have seen.
      targets: [new LambdaFunction(functions.sweep, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    const config = {
      api: '/api',
      live: '/live',
      issuer: auth.issuer,
      clientId: auth.clientId,
      audience: auth.audience,
      version: settings.version,
      domains: settings.enabled.filter((domain) => domain !== notifications).map(({ name }) => name),
    };
    site.deploy(config, {
      'openapi.json': openApi(settings.enabled, settings.version),
      'asyncapi.json': asyncApi(settings.enabled, settings.version),
    });
    new Monitoring(this, 'Monitoring', { settings, service, functions, deadLetters, socket, http, tables });
    this.siteUrl = site.url;
    this.liveUrl = socket.url;
    this.apiUrl = http.url;
  }
}

function issuerOf({ issuer }: PulsecastProps) {
  if (issuer === undefined) throw new ConfigurationError('Neither an issuer nor a Cognito pool is given.');
  return issuer;
}
