import { describe, expect, test } from 'vitest';
import { domains } from '../../domains/index.ts';
import { pascal } from '../../lib/tables.ts';
import { assembly, templateOf } from '../support/assembly.ts';
import { functionsOf, grantsOf, ofType, textOf } from '../support/template.ts';

const template = templateOf(assembly());

const read = ['dynamodb:Query'];
const readWrite = ['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
const rules = [...readWrite, 'dynamodb:GetItem', 'dynamodb:DeleteItem'];
const forget = ['dynamodb:Query', 'dynamodb:DeleteItem'];
const post = {
  'arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<SocketApi>/live/POST/@connections/*': [
    'execute-api:ManageConnections',
  ],
};

const close = {
  'arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<SocketApi>/live/DELETE/@connections/*': [
    'execute-api:ManageConnections',
  ],
};
const stream = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
];
const presence = ['dynamodb:GetItem', 'dynamodb:UpdateItem'];

/** The same for the table (or `StreamArn`) of each domain. */
const ofDomains = (actions: string[], what = 'Arn') =>
  Object.fromEntries(domains.map(({ name }) => [`<TablesDomain${pascal(name)}.${what}>`, actions]));
const notices = '<TablesDomainNotifications.Arn>';

/** All that each function may do besides its own logs and traces. */
const expected: Record<string, Record<string, string[]>> = {
  connect: {
    '<TablesConnections.Arn>': [...forget, 'dynamodb:PutItem'],
    '<TablesAccess.Arn>': ['dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
  },
  disconnect: {
    '<TablesConnections.Arn>': forget,
    '<TablesMembers.Arn>': ['dynamodb:DeleteItem'],
    '<TablesPresence.Arn>': presence,
  },
  groups: {
    '<TablesConnections.Arn>': [...forget, 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    '<TablesPresence.Arn>': [...presence, 'dynamodb:Query'],
    '<TablesMembers.Arn>': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
    '<TablesLog.Arn>': readWrite,
    '<TablesAudit.Arn>': read,
    ...ofDomains(read),
    [notices]: read,
  },
  refresh: {
    '<TablesAccess.Arn>': ['dynamodb:GetItem'],
    '<TablesPresence.Arn>': presence,
    '<TablesConnections.Arn>': [...forget, 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
    '<TablesMembers.Arn>': ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
  },
  signal: {
    '<TablesConnections.Arn>': [...forget, 'dynamodb:GetItem', 'dynamodb:UpdateItem'],
    '<TablesMembers.Arn>': forget,
    '<TablesPresence.Arn>': presence,
    ...post,
  },
  default: {},
  ingest: {
    '<TablesAccess.Arn>': ['dynamodb:GetItem'],
    ...ofDomains(rules),
    [notices]: ['dynamodb:PutItem'],
  },
  api: {
    '<TablesAccess.Arn>': [...readWrite, 'dynamodb:GetItem'],
    '<TablesConnections.Arn>': forget,
    '<TablesMembers.Arn>': ['dynamodb:DeleteItem'],
    '<TablesPresence.Arn>': [...presence, 'dynamodb:Query', 'dynamodb:PutItem'],
    '<TablesAudit.Arn>': ['dynamodb:Query', 'dynamodb:PutItem'],
    '<TablesIdempotency.Arn>': ['dynamodb:GetItem', 'dynamodb:PutItem'],
    '<TablesLog.Arn>': readWrite,
    ...ofDomains(rules),
    [notices]: rules,
    ...post,
    ...close,
  },
  broadcast: {
    '<TablesPresence.Arn>': presence,
    '<TablesPresence.StreamArn>': stream,
    '<TablesLog.Arn>': ['dynamodb:Query', 'dynamodb:PutItem'],
    '<TablesMembers.Arn>': forget,
    '<TablesConnections.Arn>': forget,
    '<TablesAudit.StreamArn>': stream,
    ...ofDomains(stream, 'StreamArn'),
    '<TablesDomainNotifications.StreamArn>': stream,
    '<BroadcastDeadLetters.Arn>': ['sqs:SendMessage'],
    '<FunctionsFanoutFunctionLambda.Arn>': ['lambda:InvokeFunction'],
    ...post,
  },
  fanout: {
    '<TablesPresence.Arn>': presence,
    '<TablesMembers.Arn>': ['dynamodb:DeleteItem'],
    '<TablesConnections.Arn>': forget,
    '<BroadcastDeadLetters.Arn>': ['sqs:SendMessage'],
    '<FunctionsFanoutFunctionLambda.Arn>': ['lambda:InvokeFunction'],
    ...post,
  },
  sweep: {
    '<TablesConnections.Arn>': forget,
    '<TablesMembers.Arn>': ['dynamodb:DeleteItem'],
    '<TablesPresence.Arn>': presence,
    ...ofDomains(rules),
    [notices]: ['dynamodb:PutItem'],
    ...post,
    ...close,
  },
};

describe('roles', () => {
  test('each function has a role of its own', () => {
    const roles = Object.values(functionsOf(template)).map(({ Role }) => textOf(Role));
    expect(new Set(roles).size).toBe(Object.keys(expected).length);
  });

  test('there are no functions but those listed here', () => {
    expect(Object.keys(functionsOf(template)).sort()).toEqual(Object.keys(expected).sort());
  });

  test.each(Object.entries(expected))('%s may do what its code does, and nothing else', (name, grants) => {
    const role = textOf(functionsOf(template)[name]?.Role).replace(/^<(.*)\.Arn>$/, '$1');
    const logs = `<${role.replace(/Role$/, 'Logs')}.Arn>`;
    const sorted = Object.entries(grants).map(([resource, actions]) => [resource, actions.toSorted()]);
    expect(grantsOf(template, role)).toEqual({
      ...Object.fromEntries(sorted),
      [logs]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      '*': ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    });
  });

  test('[AUD-3] nobody may change or remove what is in the audit trail, and one function may add to it', () => {
    const actions = Object.keys(expected).map((name) => {
      const role = textOf(functionsOf(template)[name]?.Role).replace(/^<(.*)\.Arn>$/, '$1');
      return [name, grantsOf(template, role)['<TablesAudit.Arn>'] ?? []] as const;
    });
    expect(Object.fromEntries(actions.filter(([, own]) => own.length > 0))).toEqual({
      groups: ['dynamodb:Query'],
      api: ['dynamodb:PutItem', 'dynamodb:Query'],
    });
  });

  test('the only managed policies are those of the API Gateway account and of the uploader of CDK', () => {
    const managed = Object.entries(ofType(template, 'AWS::IAM::Role')).filter(
      ([, role]) => role.ManagedPolicyArns !== undefined,
    );
    expect(managed.map(([id, role]) => [id, textOf((role.ManagedPolicyArns as unknown[])[0])])).toEqual([
      [
        'SocketAccessLogRole',
        'arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs',
      ],
      [
        expect.stringContaining('CDKBucketDeployment'),
        'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      ],
    ]);
  });
});

describe('permissions to invoke', () => {
  const permissions = Object.values(ofType(template, 'AWS::Lambda::Permission'));

  test('only API Gateway and the clock may, each from one route or rule', () => {
    const sources = permissions.map(({ Principal, SourceArn }) => [Principal, textOf(SourceArn)]);
    const api = (name: string, route: string) => [
      'apigateway.amazonaws.com',
      `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${name}>/*${route}`,
    ];
    expect(sources.sort()).toEqual(
      [
        ...[
          '$connect',
          '$disconnect',
          '$default',
          'subscribe',
          'unsubscribe',
          'sync',
          'refresh',
          'signal',
        ].map((route) => api('SocketApi', route)),
        api('HttpApi', '/*/api/pulses'),
        api('HttpApi', '/*/api/{proxy+}'),
        ['events.amazonaws.com', '<Sweep.Arn>'],
      ].sort(),
    );
  });
});
