/**
 * What the local cloud knows of each resource type: how it is named, what `Ref` gives and which attributes
 * `Fn::GetAtt` may ask for. Data only; a further type is one more entry.
 */
import { account, region } from '../ports.ts';

/** What a template of the catalogue is filled from. */
export interface Facts {
  /** The resource's name: the explicit one when the template gives it, else a generated one. */
  name: string;
  /** Lower-case hexadecimal digits that are always the same for this stack and logical id. */
  hash: string;
  /** A property with every intrinsic function resolved. */
  property(name: string): unknown;
}

type Text = (facts: Facts) => string | undefined;

export interface ResourceType {
  /** The property that names the resource explicitly. */
  nameProperty?: string;
  /** The generated name; `Stack-LogicalId-HASH` when left out, as CloudFormation does. */
  name?: (stack: string, logicalId: string, hash: string) => string;
  /** What `Ref` gives; the name when left out. */
  ref?: Text;
  /** An attribute whose text is undefined does not exist for this resource (`StreamArn` without a stream). */
  attributes?: Record<string, Text>;
  /** Accepted, but nothing behaves like it: `Fn::GetAtt` gives an invented text for any attribute. */
  inert?: true;
}

const arn = (service: string, path: (facts: Facts) => string): Text => {
  return (facts) => `arn:aws:${service}:${region}:${account}:${path(facts)}`;
};
const globalArn = (service: string, path: (facts: Facts) => string): Text => {
  return (facts) => `arn:aws:${service}::${account}:${path(facts)}`;
};
const byName: Text = ({ name }) => name;

/** API Gateway's ids: ten lower-case letters and digits. CloudFront's: 14, the first a capital E. */
const letters = (hash: string, length: number) => BigInt(`0x${hash}`).toString(36).slice(0, length);
const shortId = (_stack: string, _logicalId: string, hash: string) => letters(hash, 10);
const uuid = (_stack: string, _logicalId: string, hash: string) =>
  [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `4${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
const bucketName = (stack: string, logicalId: string, hash: string) =>
  `${`${stack}-${logicalId}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, 50)}-${hash.slice(0, 12)}`;

const tableArn = arn('dynamodb', ({ name }) => `table/${name}`);
/** CloudFormation's stream label is the time of creation; a fixed one keeps stored positions valid over restarts. */
const streamArn: Text = (facts) =>
  facts.property('StreamSpecification') === undefined
    ? undefined
    : `${tableArn(facts)}/stream/2026-01-01T00:00:00.000`;
const table: ResourceType = {
  nameProperty: 'TableName',
  attributes: {
    Arn: tableArn,
    StreamArn: streamArn,
    TableId: ({ hash }) => uuid('', '', hash),
  },
};

const queueUrl: Text = ({ name }) => `https://sqs.${region}.amazonaws.com/${account}/${name}`;
const roleId: Text = ({ hash }) => `AROA${letters(hash, 17).toUpperCase()}`;
const bucketHost = (suffix: string): Text => {
  return ({ name }) => `${name}.${suffix}`;
};
const inert: ResourceType = { inert: true, nameProperty: 'Name' };
const inertWithArnRef = (service: string): ResourceType => ({
  inert: true,
  ref: arn(service, ({ name }) => name),
  attributes: { Arn: arn(service, ({ name }) => name) },
});

const functionArn = arn('lambda', ({ name }) => `function:${name}`);
const apiEndpoint: Text = (facts) => {
  const scheme = facts.property('ProtocolType') === 'WEBSOCKET' ? 'wss' : 'https';
  return `${scheme}://${facts.name}.execute-api.${region}.amazonaws.com`;
};
/** `FunctionName` of a version or an alias may be a name or an ARN. */
const qualified = (qualifier: Text): Text => {
  return (facts) => {
    const target = String(facts.property('FunctionName')).split(':function:').at(-1);
    return `arn:aws:lambda:${region}:${account}:function:${target}:${qualifier(facts)}`;
  };
};

const types: Record<string, ResourceType> = {
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,

  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    attributes: { Arn: functionArn },
  },
  'AWS::Lambda::Version': {
    ref: qualified(() => '1'),
    attributes: { Version: () => '1', FunctionArn: qualified(() => '1') },
  },
  'AWS::Lambda::Alias': {
    nameProperty: 'Name',
    ref: qualified(byName),
    attributes: { AliasArn: qualified(byName) },
  },
  'AWS::Lambda::Permission': {},
  'AWS::Lambda::EventSourceMapping': { name: uuid, attributes: { Id: byName } },
  'AWS::Lambda::EventInvokeConfig': {},
  'AWS::Lambda::LayerVersion': {
    ref: arn('lambda', ({ name }) => `layer:${name}:1`),
    attributes: { LayerVersionArn: arn('lambda', ({ name }) => `layer:${name}:1`) },
  },

  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    attributes: { Arn: globalArn('iam', ({ name }) => `role/${name}`), RoleId: roleId },
  },
  'AWS::IAM::Policy': { nameProperty: 'PolicyName', attributes: { Id: byName } },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    ref: globalArn('iam', ({ name }) => `policy/${name}`),
    attributes: { PolicyArn: globalArn('iam', ({ name }) => `policy/${name}`) },
  },

  'AWS::ApiGatewayV2::Api': {
    name: shortId,
    attributes: { ApiId: byName, ApiEndpoint: apiEndpoint },
  },
  'AWS::ApiGatewayV2::Route': { name: shortId, attributes: { RouteId: byName } },
  'AWS::ApiGatewayV2::Integration': { name: shortId, attributes: { IntegrationId: byName } },
  'AWS::ApiGatewayV2::Stage': { nameProperty: 'StageName' },
  'AWS::ApiGatewayV2::Deployment': { name: shortId, attributes: { DeploymentId: byName } },
  'AWS::ApiGatewayV2::Authorizer': { name: shortId, attributes: { AuthorizerId: byName } },
  'AWS::ApiGatewayV2::RouteResponse': { name: shortId, attributes: { RouteResponseId: byName } },
  'AWS::ApiGatewayV2::IntegrationResponse': {
    name: shortId,
    attributes: { IntegrationResponseId: byName },
  },

  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    name: bucketName,
    attributes: {
      Arn: ({ name }) => `arn:aws:s3:::${name}`,
      DomainName: bucketHost('s3.amazonaws.com'),
      RegionalDomainName: bucketHost(`s3.${region}.amazonaws.com`),
      DualStackDomainName: bucketHost(`s3.dualstack.${region}.amazonaws.com`),
      WebsiteURL: ({ name }) => `http://${name}.s3-website-${region}.amazonaws.com`,
    },
  },
  'AWS::S3::BucketPolicy': {},
  'Custom::CDKBucketDeployment': {
    attributes: {
      DestinationBucketArn: (facts) => `arn:aws:s3:::${facts.property('DestinationBucketName')}`,
    },
  },
  'Custom::S3AutoDeleteObjects': {},

  'AWS::CloudFront::Distribution': {
    name: (_stack, _logicalId, hash) => `E${letters(hash, 13).toUpperCase()}`,
    attributes: {
      Id: byName,
      DomainName: ({ hash }) => `d${letters(hash, 13)}.cloudfront.net`,
    },
  },
  'AWS::CloudFront::OriginAccessControl': { name: uuid, attributes: { Id: byName } },
  'AWS::CloudFront::ResponseHeadersPolicy': { name: uuid, attributes: { Id: byName } },
  'AWS::CloudFront::CachePolicy': { name: uuid, attributes: { Id: byName } },
  'AWS::CloudFront::OriginRequestPolicy': { name: uuid, attributes: { Id: byName } },

  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    ref: queueUrl,
    attributes: { Arn: arn('sqs', ({ name }) => name), QueueName: byName, QueueUrl: queueUrl },
  },
  'AWS::SQS::QueuePolicy': {},

  'AWS::Events::Rule': {
    nameProperty: 'Name',
    attributes: { Arn: arn('events', ({ name }) => `rule/${name}`) },
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    attributes: {
      Arn: arn('scheduler', (facts) => {
        return `schedule/${facts.property('GroupName') ?? 'default'}/${facts.name}`;
      }),
    },
  },

  'AWS::Logs::LogGroup': {
    inert: true,
    nameProperty: 'LogGroupName',
    attributes: { Arn: arn('logs', ({ name }) => `log-group:${name}:*`) },
  },
  'AWS::SNS::Topic': {
    ...inertWithArnRef('sns'),
    nameProperty: 'TopicName',
  },
  'AWS::SNS::TopicPolicy': inert,
  'AWS::SNS::Subscription': inertWithArnRef('sns'),
  'AWS::KMS::Key': {
    inert: true,
    name: uuid,
    attributes: { Arn: arn('kms', ({ name }) => `key/${name}`), KeyId: byName },
  },
  'AWS::KMS::Alias': { inert: true, nameProperty: 'AliasName' },
  'AWS::Cognito::UserPool': {
    inert: true,
    name: (_stack, _logicalId, hash) => `${region}_${letters(hash, 9)}`,
    attributes: {
      Arn: arn('cognito-idp', ({ name }) => `userpool/${name}`),
      UserPoolId: byName,
      ProviderName: ({ name }) => `cognito-idp.${region}.amazonaws.com/${name}`,
      ProviderURL: ({ name }) => `https://cognito-idp.${region}.amazonaws.com/${name}`,
    },
  },
  'AWS::Cognito::UserPoolClient': {
    inert: true,
    name: (_stack, _logicalId, hash) => letters(hash, 24),
    attributes: { ClientId: byName },
  },
  'AWS::SSM::Parameter': { inert: true, nameProperty: 'Name', attributes: { Value: parameterValue } },
  'AWS::CDK::Metadata': inert,
  'AWS::Budgets::Budget': inert,
  'AWS::ApiGateway::Account': inert,
  'Custom::LogRetention': inert,
};

/** Whole families that are accepted without any behaviour. */
const inertFamilies = ['AWS::CloudWatch::', 'AWS::Cognito::', 'AWS::WAFv2::'];

function parameterValue(facts: Facts) {
  return String(facts.property('Value'));
}

/** The entry of a type; undefined for one that the local cloud does not support. */
export function resourceType(type: string): ResourceType | undefined {
  return types[type] ?? (inertFamilies.some((family) => type.startsWith(family)) ? inert : undefined);
}
