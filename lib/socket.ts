/** The WebSocket API: its routes, and the stage `live` that browsers connect to. */
import { type CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat, CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import {
  LogGroupLogDestination,
  WebSocketApi,
  type WebSocketRouteOptions,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge, findingName } from './acknowledge.ts';
import type { FunctionName } from './function-specs.ts';
import type { Settings } from './props.ts';

const stageName = 'live';

/**
 * Which function serves which route. All but `$connect` and `$disconnect` are two-way: what the function returns goes
 * back as the reply, without a billed call to the callback endpoint.
 */
const routes: Record<string, FunctionName> = {
  $connect: 'connect',
  $disconnect: 'disconnect',
  $default: 'default',
  subscribe: 'groups',
  unsubscribe: 'groups',
  sync: 'groups',
  refresh: 'refresh',
  signal: 'signal',
};

/** No query string and no header: either may carry a credential. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTimeEpoch',
    ip: '$context.identity.sourceIp',
    connectionId: '$context.connectionId',
    routeKey: '$context.routeKey',
    status: '$context.status',
    latencyMs: '$context.integrationLatency',
    error: '$context.integration.error',
  }),
);

export class Socket extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  /** Host of the API, without a scheme: an origin of the site's distribution. */
  readonly host: string;
  /** `wss://HOST/live`. */
  readonly url: string;
  /** `https://HOST/live`, where functions post to connections. */
  readonly callbackUrl: string;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.api = new WebSocketApi(this, 'Api', { routeSelectionExpression: '$request.body.action' });
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName,
      autoDeploy: true,
      throttle: { rateLimit: settings.socketRate.rate, burstLimit: settings.socketRate.burst },
      accessLogSettings: { destination: new LogGroupLogDestination(logs), format: accessLogFormat },
    });
    if (settings.accessLogRole) this.stage.node.addDependency(accessLogAccount(this));
    const { region, urlSuffix } = Stack.of(this);
    this.host = `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
    this.url = `wss://${this.host}/${stageName}`;
    this.callbackUrl = `https://${this.host}/${stageName}`;
    acknowledge(this.api, {
      APIG4: 'The function of $connect verifies the token itself, so that the subprotocol can be echoed.',
    });
  }

  /** Allows to post to connections. Not to look at or to close them. */
  grantPosts(role: Role): void {
    this.grantConnections(role, 'POST', 'posting to those of this stage');
  }

  /** Allows to close connections. */
  grantCloses(role: Role): void {
    this.grantConnections(role, 'DELETE', 'closing those of this stage');
  }

  private grantConnections(role: Role, method: 'POST' | 'DELETE', what: string): void {
    const connections = Stack.of(this).formatArn({
      service: 'execute-api',
      resource: this.api.apiId,
      resourceName: `${stageName}/${method}/@connections/*`,
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['execute-api:ManageConnections'], resources: [connections] }),
    );
    acknowledge(role, {
      [`IAM5[Resource::${findingName(this, connections)}]`]: `Connections are named by ids that API Gateway makes up; ${what} is all that is granted.`,
    });
  }

  /** Adds the routes; apart from the constructor, since the functions need the address of the API first. */
  route(functions: Readonly<Record<FunctionName, IFunction>>): void {
    for (const [key, name] of Object.entries(routes)) {
      const options: WebSocketRouteOptions = {
        integration: new WebSocketLambdaIntegration(`${name}-integration`, functions[name]),
        returnResponse: !['$connect', '$disconnect'].includes(key),
      };
      this.api.addRoute(key, options);
    }
  }
}

/** The account's setting without which no WebSocket stage may log. Kept with its role: other APIs may live on it. */
function accessLogAccount(scope: Construct): CfnResource {
  const policy = ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs');
  const role = new Role(scope, 'AccessLogRole', {
    assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
    managedPolicies: [policy],
  });
  role.applyRemovalPolicy(RemovalPolicy.RETAIN);
  acknowledge(role, {
    [`IAM4[Policy::${findingName(scope, policy.managedPolicyArn)}]`]:
      'API Gateway checks for the rights of this policy when the role is set for the account.',
  });
  const account = new CfnAccount(scope, 'AccessLogAccount', { cloudWatchRoleArn: role.roleArn });
  account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return account;
}
