/** AWS's managed policies that functions commonly carry, cut to what they allow. */
import type { PolicyDocument } from './statements.ts';

const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const streams = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
];
const xray = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:GetSamplingStatisticSummaries',
];

const actions: Record<string, string[]> = {
  AdministratorAccess: ['*'],
  AmazonAPIGatewayInvokeFullAccess: ['execute-api:Invoke', 'execute-api:ManageConnections'],
  AmazonAPIGatewayPushToCloudWatchLogs: [
    ...logs,
    'logs:Describe*',
    'logs:GetLogEvents',
    'logs:FilterLogEvents',
  ],
  AmazonDynamoDBFullAccess: ['dynamodb:*'],
  AmazonDynamoDBFullAccess_v2: ['dynamodb:*'],
  AmazonDynamoDBReadOnlyAccess: [
    'dynamodb:BatchGetItem',
    'dynamodb:Describe*',
    'dynamodb:Get*',
    'dynamodb:List*',
    'dynamodb:Query',
    'dynamodb:Scan',
    'dynamodb:PartiQLSelect',
  ],
  AmazonSQSFullAccess: ['sqs:*'],
  AWSLambda_FullAccess: ['lambda:*', ...logs],
  AWSLambdaBasicExecutionRole: logs,
  AWSLambdaDynamoDBExecutionRole: [...streams, ...logs],
  AWSLambdaInvocation: ['lambda:InvokeFunction', ...streams],
  'AWSLambdaInvocation-DynamoDB': ['lambda:InvokeFunction', ...streams],
  AWSLambdaRole: ['lambda:InvokeFunction'],
  AWSLambdaSQSQueueExecutionRole: [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    ...logs,
  ],
  AWSLambdaVPCAccessExecutionRole: logs,
  AWSXRayDaemonWriteAccess: xray,
  AWSXrayWriteOnlyAccess: xray,
  CloudWatchLambdaInsightsExecutionRolePolicy: logs,
};

/** The document of `arn:aws:iam::aws:policy/...`; undefined for one that is not in the list. */
export function managedPolicy(arn: string): PolicyDocument | undefined {
  const name = /^arn:aws:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  const allowed = actions[name ?? ''];
  return allowed && { Statement: { Effect: 'Allow', Action: allowed, Resource: '*' } };
}
