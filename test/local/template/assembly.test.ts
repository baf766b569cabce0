// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of Fn::Sub look like JavaScript's
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type AssemblyOptions, loadAssembly, mapOutputs } from '../../../local/template/index.ts';
import { writeApp } from './fixture.ts';

const origin = 'http://localhost:8787';

async function load(
  stacks: Record<string, object>,
  options: Partial<AssemblyOptions> = {},
  environment?: string,
) {
  await using app = await writeApp(stacks, {}, environment);
  return loadAssembly(app.directory, { origin, ...options });
}

/** What an expression resolves to, in a stack with the given parts. */
async function resolved(expression: unknown, template: object = {}, options: Partial<AssemblyOptions> = {}) {
  const holder = { Type: 'AWS::Budgets::Budget', Properties: { value: expression, kept: 1 } };
  const given = template as { Resources?: object };
  const stack = { ...template, Resources: { ...given.Resources, Holder: holder } };
  const assembly = await load({ Main: stack }, options);
  return assembly.resources.find(({ logicalId }) => logicalId === 'Holder')?.properties.value;
}

const table = (name?: string, more: object = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: { ...(name && { TableName: name }), ...more },
});

describe('intrinsic functions', () => {
  const template = {
    Parameters: {
      Stage: { Type: 'String', Default: 'dev' },
      Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
    },
    Mappings: { Sizes: { dev: { memory: 256 } } },
    Conditions: {
      IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
      IsProd: { 'Fn::Not': [{ Condition: 'IsDev' }] },
      Both: { 'Fn::And': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
    },
    Resources: { T: table('t') },
  };

  test.each<[unknown, unknown]>([
    [{ Ref: 'Stage' }, 'dev'],
    [{ Ref: 'Zones' }, ['a', 'b']],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ Ref: 'AWS::AccountId' }, '000000000000'],
    [{ Ref: 'AWS::StackName' }, 'Main'],
    [{ Ref: 'T' }, 't'],
    [{ 'Fn::GetAtt': ['T', 'Arn'] }, 'arn:aws:dynamodb:us-east-1:000000000000:table/t'],
    [{ 'Fn::GetAtt': 'T.Arn' }, 'arn:aws:dynamodb:us-east-1:000000000000:table/t'],
    [
      { 'Fn::Sub': '${Stage}-${T.Arn}-${AWS::Region}-${!Kept}' },
      'dev-arn:aws:dynamodb:us-east-1:000000000000:table/t-us-east-1-${Kept}',
    ],
    [{ 'Fn::Sub': ['${Own}/${Stage}', { Own: { Ref: 'T' } }] }, 't/dev'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-dev-1'],
    [{ 'Fn::Join': ['-', { Ref: 'Zones' }] }, 'a-b'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': ['//', 'https://host/x'] }] }, 'host/x'],
    [{ 'Fn::If': ['IsDev', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::If': ['IsProd', 'yes', 'no'] }, 'no'],
    [{ 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
    [{ 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 256],
    [{ 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    [
      ['a', { Ref: 'AWS::NoValue' }, 'b'],
      ['a', 'b'],
    ],
    [{ gone: { Ref: 'AWS::NoValue' }, kept: 1 }, { kept: 1 }],
    [{ Ref: 'AWS::NoValue' }, undefined],
    [{ Condition: { StringEquals: { a: { Ref: 'Stage' } } } }, { Condition: { StringEquals: { a: 'dev' } } }],
  ])('%j', async (expression, expected) => {
    expect(await resolved(expression, template)).toEqual(expected);
  });

  test('resources and outputs whose condition is false do not exist', async () => {
    const assembly = await load({
      Main: {
        ...template,
        Resources: { A: { ...table('a'), Condition: 'IsDev' }, B: { ...table('b'), Condition: 'IsProd' } },
        Outputs: { X: { Value: 'x', Condition: 'IsProd' }, Y: { Value: 'y', Condition: 'IsDev' } },
      },
    });
    expect(assembly.resources.map(({ logicalId }) => logicalId)).toEqual(['A']);
    expect(assembly.outputs).toEqual({ Y: 'y' });
  });

  test.each<[unknown, string]>([
    [{ Ref: 'Nobody' }, 'stack Main, Holder: there is no resource Nobody'],
    [{ 'Fn::GetAtt': ['T', 'Colour'] }, 'stack Main, Holder: AWS::DynamoDB::Table T has no attribute Colour'],
    [{ 'Fn::GetAtt': ['T', 'StreamArn'] }, 'T has no attribute StreamArn'],
    [{ 'Fn::Transform': {} }, 'stack Main, Holder: Fn::Transform is not supported'],
    [{ 'Fn::ImportValue': 'x' }, 'stack Main, Holder: no stack exports x'],
    [{ 'Fn::If': ['Nobody', 1, 2] }, 'there is no condition Nobody'],
  ])('%j is refused where it stands', async (expression, message) => {
    await expect(resolved(expression, template)).rejects.toThrow(message);
  });
});

describe('parameters', () => {
  const Parameters = { Issuer: { Type: 'String' } };

  test('a value may hold the local origin, and a stack’s own value wins', async () => {
    const parameters = { Issuer: '{origin}/auth' };
    expect(await resolved({ Ref: 'Issuer' }, { Parameters }, { parameters })).toBe(`${origin}/auth`);
    const own = { ...parameters, 'Main:Issuer': 'own' };
    expect(await resolved({ Ref: 'Issuer' }, { Parameters }, { parameters: own })).toBe('own');
  });

  test('a missing one is named; CDK’s bootstrap version needs none', async () => {
    await expect(resolved({ Ref: 'Issuer' }, { Parameters })).rejects.toThrow(
      'parameter Issuer has no value and no default',
    );
    const BootstrapVersion = {
      Type: 'AWS::SSM::Parameter::Value<String>',
      Default: '/cdk-bootstrap/x/version',
    };
    expect(
      await resolved(1, { Parameters: { BootstrapVersion }, Rules: { CheckBootstrapVersion: {} } }),
    ).toBe(1);
  });
});

describe('resources', () => {
  test('physical ids are the same at every start and look like AWS’s; explicit names win', async () => {
    const stack = {
      Resources: {
        Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
        Socket: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'WEBSOCKET' } },
        Site: { Type: 'AWS::S3::Bucket' },
        Cdn: { Type: 'AWS::CloudFront::Distribution' },
        Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': 'q-${AWS::Region}' } } },
        Table: table(undefined, { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } }),
        Function: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f' } },
        Alias: {
          Type: 'AWS::Lambda::Alias',
          Properties: { Name: 'live', FunctionName: { Ref: 'Function' }, FunctionVersion: '1' },
        },
      },
    };
    const first = await load({ MyStack: stack });
    const second = await load({ MyStack: stack });
    expect(second.resources).toEqual(first.resources);
    const [api, socket, site, cdn, queue, tableResource, , alias] = first.resources;
    expect(api?.physicalId).toMatch(/^[a-z0-9]{10}$/);
    expect(api?.attributes.ApiEndpoint).toBe(
      `https://${api?.physicalId}.execute-api.us-east-1.amazonaws.com`,
    );
    expect(socket?.attributes.ApiEndpoint).toMatch(/^wss:/);
    expect(site?.physicalId).toMatch(/^mystack-site-[a-z0-9]+$/);
    expect(site?.attributes.RegionalDomainName).toBe(`${site?.physicalId}.s3.us-east-1.amazonaws.com`);
    expect(cdn?.physicalId).toMatch(/^E[A-Z0-9]{13}$/);
    expect(cdn?.attributes.DomainName).toMatch(/^d[a-z0-9]{13}\.cloudfront\.net$/);
    expect(queue).toMatchObject({
      physicalId: 'https://sqs.us-east-1.amazonaws.com/000000000000/q-us-east-1',
      attributes: { Arn: 'arn:aws:sqs:us-east-1:000000000000:q-us-east-1', QueueName: 'q-us-east-1' },
    });
    expect(tableResource?.physicalId).toMatch(/^MyStack-Table-[0-9A-F]{12}$/);
    expect(tableResource?.attributes.StreamArn).toContain(`table/${tableResource?.physicalId}/stream/`);
    expect(alias?.physicalId).toBe('arn:aws:lambda:us-east-1:000000000000:function:f:live');
    expect(first.find('arn:aws:sqs:us-east-1:000000000000:q-us-east-1')).toEqual(queue);
    expect(first.find(socket?.physicalId ?? '')).toEqual(socket);
    expect(first.ofType('AWS::SQS::Queue', 'AWS::S3::Bucket')).toEqual([site, queue]);
  });

  test('an unsupported type fails with one line that names type, logical id and stack', async () => {
    const Resources = { Db: { Type: 'AWS::RDS::DBInstance' } };
    await expect(load({ Main: { Resources } })).rejects.toThrow(
      'stack Main, Db: the local cloud does not support the resource type AWS::RDS::DBInstance',
    );
  });

  test('inert types are accepted, whatever attribute is asked of them', async () => {
    const Resources = {
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { a: { 'Fn::GetAtt': ['Acl', 'Capacity'] } } },
      Acl: { Type: 'AWS::WAFv2::WebACL' },
      Pool: { Type: 'AWS::Cognito::UserPool' },
      Domain: { Type: 'AWS::Cognito::UserPoolDomain' },
    };
    expect((await load({ Main: { Resources } })).resources).toHaveLength(4);
  });

  test('values go from stack to stack, in either order', async () => {
    const assembly = await load({
      User: {
        Resources: { T: table(undefined, { kept: { 'Fn::ImportValue': { 'Fn::Sub': 'Owner:T' } } }) },
      },
      Owner: {
        Resources: { T: table('shared') },
        Outputs: { Out: { Value: { Ref: 'T' }, Export: { Name: 'Owner:T' } } },
      },
    });
    expect(assembly.resources[0]?.properties.kept).toBe('shared');
  });

  test('a stack bound to an account and region is played in the local ones', async () => {
    const Resources = {
      T: table(undefined, { arn: 'arn:aws:execute-api:eu-west-1:123456789012:abc/*' }),
    };
    const { resources } = await load({ Main: { Resources } }, {}, 'aws://123456789012/eu-west-1');
    expect(resources[0]?.properties.arn).toBe('arn:aws:execute-api:us-east-1:000000000000:abc/*');
  });

  test('resources that refer to each other’s names in a circle are an error, not an endless loop', async () => {
    const Resources = { A: table('x'), B: table('x') };
    Resources.A.Properties = { TableName: { Ref: 'B' } } as never;
    Resources.B.Properties = { TableName: { Ref: 'A' } } as never;
    await expect(load({ Main: { Resources } })).rejects.toThrow('refers to itself');
  });
});

test('file assets are found by hash and by object key', async () => {
  await using app = await writeApp({ Main: {} }, { abc: { 'index.js': '' } });
  const assembly = loadAssembly(app.directory, { origin });
  expect(assembly.assetPath('abc.zip')).toBe(join(app.directory, 'asset.abc'));
  expect(assembly.assetPath('abc')).toBe(join(app.directory, 'asset.abc'));
  expect(() => assembly.assetPath('other.zip')).toThrow('the app has no file asset other.zip');
});

test('a folder that is no assembly is named', () => {
  expect(() => loadAssembly('/nowhere', { origin })).toThrow(
    '/nowhere/manifest.json cannot be read; is this a synthesized CDK app?',
  );
});

test('an output key that two stacks have names its stack', async () => {
  const output = (Value: string) => ({ Value });
  await using app = await writeApp({
    One: { Outputs: { Url: output('1'), Only: output('one') } },
    Two: { Outputs: { Url: output('2') } },
  });
  const assembly = loadAssembly(app.directory, { parameters: {}, origin: 'http://localhost:1' });
  expect(assembly.outputs).toEqual({ 'One.Url': '1', 'Two.Url': '2', Only: 'one' });
});

test('outputs lead to the local cloud', () => {
  const outputs = {
    api: 'https://abc123.execute-api.us-east-1.amazonaws.com/x',
    socket: 'wss://abc123.execute-api.us-east-1.amazonaws.com/live',
    site: 'https://d123.cloudfront.net/a',
    siteSocket: 'wss://d123.cloudfront.net/live',
    host: 'd123.cloudfront.net',
    table: 't',
  };
  expect(mapOutputs(outputs, origin)).toEqual({
    api: 'http://localhost:8787/_aws/execute-api/abc123/x',
    socket: 'ws://localhost:8787/_aws/execute-api/abc123/live',
    site: 'http://localhost:8787/a',
    siteSocket: 'ws://localhost:8787/live',
    host: 'localhost:8787',
    table: 't',
  });
});
