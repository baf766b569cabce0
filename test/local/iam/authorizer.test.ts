import { describe, expect, test } from 'vitest';
import { createAuthorizer, createCallerOf, credentialsFor, permits } from '../../../local/iam/index.ts';
import { loadAssembly } from '../../../local/template/index.ts';
import { allow, lambda, role, writeApp } from '../template/fixture.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/t';
const caller = { roleArn: 'arn:aws:iam::000000000000:role/r', functionName: 'f' };

async function load(resources: Record<string, object>) {
  await using app = await writeApp({ Test: { Resources: resources } });
  return loadAssembly(app.directory, { origin: 'http://localhost' });
}

/** Whether a role with these statements may do `action`. */
async function may(
  statements: object[],
  action: string,
  resource: string,
  context?: Record<string, readonly string[]>,
) {
  const authorize = createAuthorizer(await load({ Role: role('r', statements) }));
  try {
    authorize(caller, action, resource, context);
    return true;
  } catch {
    return false;
  }
}

describe('identity policies', () => {
  test('nothing is allowed by default, and the refusal is AWS’s', async () => {
    const authorize = createAuthorizer(await load({ Role: role('r') }));
    expect(() => authorize(caller, 'dynamodb:PutItem', table)).toThrow(
      expect.objectContaining({
        name: 'AccessDeniedException',
        message: `User: arn:aws:sts::000000000000:assumed-role/r/f is not authorized to perform: dynamodb:PutItem on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action`,
      }),
    );
  });

  test('a caller without a role is an administrator; an unknown role may nothing', async () => {
    const authorize = createAuthorizer(await load({}));
    expect(() => authorize({}, 'dynamodb:PutItem', table)).not.toThrow();
    expect(() => authorize(caller, 'dynamodb:PutItem', table)).toThrow('not authorized');
  });

  test('actions match without case, resources with it, both with wildcards', async () => {
    expect(await may([allow('DynamoDB:putitem', table)], 'dynamodb:PutItem', table)).toBe(true);
    expect(await may([allow('dynamodb:Put*', `${table}*`)], 'dynamodb:PutItem', table)).toBe(true);
    expect(await may([allow('dynamodb:GetIte?', table)], 'dynamodb:GetItem', table)).toBe(true);
    expect(await may([allow('dynamodb:GetItem', table)], 'dynamodb:PutItem', table)).toBe(false);
    expect(await may([allow('*', table)], 'dynamodb:PutItem', `${table}2`)).toBe(false);
    expect(await may([allow('*', table)], 'dynamodb:PutItem', table.replace('/t', '/T'))).toBe(false);
    expect(await may([allow('a.b:*')], 'aXb:Get', table)).toBe(false);
  });

  test('NotAction and NotResource allow the rest', async () => {
    const notAction = { Effect: 'Allow', NotAction: 'dynamodb:Delete*', Resource: '*' };
    expect(await may([notAction], 'dynamodb:PutItem', table)).toBe(true);
    expect(await may([notAction], 'dynamodb:DeleteItem', table)).toBe(false);
    const notResource = { Effect: 'Allow', Action: '*', NotResource: table };
    expect(await may([notResource], 'dynamodb:PutItem', `${table}2`)).toBe(true);
    expect(await may([notResource], 'dynamodb:PutItem', table)).toBe(false);
  });

  test('an explicit deny wins over an allow, wherever it stands', async () => {
    const deny = { Effect: 'Deny', Action: 'dynamodb:DeleteItem', Resource: '*' };
    for (const statements of [
      [allow('*'), deny],
      [deny, allow('*')],
    ]) {
      expect(await may(statements, 'dynamodb:DeleteItem', table)).toBe(false);
      expect(await may(statements, 'dynamodb:PutItem', table)).toBe(true);
    }
    const authorize = createAuthorizer(await load({ Role: role('r', [allow('*'), deny]) }));
    expect(() => authorize(caller, 'dynamodb:DeleteItem', table)).toThrow('with an explicit deny');
  });

  test('attached policies count: Policy, ManagedPolicy both ways, and AWS’s own', async () => {
    const document = (action: string) => ({ Statement: [allow(action)] });
    const authorize = createAuthorizer(
      await load({
        Role: role('r', [], {
          ManagedPolicyArns: [
            { Ref: 'ByArn' },
            'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
          ],
        }),
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'p', PolicyDocument: document('a:Policy'), Roles: [{ Ref: 'Role' }] },
        },
        ByArn: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document('a:ByArn') } },
        ByRole: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: { PolicyDocument: document('a:ByRole'), Roles: [{ Ref: 'Role' }] },
        },
      }),
    );
    for (const action of ['a:Policy', 'a:ByArn', 'a:ByRole', 'logs:PutLogEvents']) {
      expect(() => authorize(caller, action, table)).not.toThrow();
    }
    expect(() => authorize(caller, 'a:Other', table)).toThrow();
  });

  test('an unknown AWS managed policy is named at the start', async () => {
    const assembly = await load({
      Role: role('r', [], { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonBraketFullAccess'] }),
    });
    expect(() => createAuthorizer(assembly)).toThrow(
      'role Role: the local cloud does not know the managed policy arn:aws:iam::aws:policy/AmazonBraketFullAccess',
    );
  });
});

describe('conditions', () => {
  const when = (condition: object) => [allow('*', '*', { Condition: condition })];
  const keys = (...values: string[]) => ({ 'dynamodb:LeadingKeys': values });

  test.each<[string, object, Record<string, readonly string[]>, boolean]>([
    ['StringEquals', { StringEquals: { 'dynamodb:leadingkeys': ['a', 'b'] } }, keys('b'), true],
    ['StringEquals', { StringEquals: { 'dynamodb:LeadingKeys': 'a' } }, keys('b'), false],
    ['a missing key', { StringEquals: { 'dynamodb:LeadingKeys': 'a' } }, {}, false],
    ['IfExists', { StringEqualsIfExists: { 'dynamodb:LeadingKeys': 'a' } }, {}, true],
    ['StringNotEquals', { StringNotEquals: { 'dynamodb:LeadingKeys': 'a' } }, keys('b'), true],
    ['StringLike', { StringLike: { 'dynamodb:LeadingKeys': 'u#*' } }, keys('u#1'), true],
    [
      'ForAllValues',
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'u#*' } },
      keys('u#1', 'x'),
      false,
    ],
    [
      'ForAllValues',
      { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'u#*' } },
      keys('u#1', 'u#2'),
      true,
    ],
    ['ForAllValues, none', { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'a' } }, {}, true],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': 'a' } }, keys('x', 'a'), true],
    ['ForAnyValue, none', { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': 'a' } }, {}, false],
    ['ArnLike', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/r' } }, {}, true],
    ['ArnEquals', { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/q' } }, {}, false],
    ['Bool', { Bool: { 'aws:SecureTransport': true } }, {}, true],
    ['Bool', { Bool: { 'aws:SecureTransport': 'false' } }, {}, false],
    ['Null', { Null: { 'dynamodb:LeadingKeys': 'true' } }, {}, true],
    ['Null', { Null: { 'dynamodb:LeadingKeys': 'true' } }, keys('a'), false],
    ['two operators', { Bool: { 'aws:SecureTransport': true }, Null: { x: false } }, {}, false],
  ])('%s: %j with %j is %s', async (_name, condition, context, expected) => {
    expect(await may(when(condition), 'a:b', table, context)).toBe(expected);
  });

  test('an unknown operator denies, for allow and deny alike, and says so once', async () => {
    const Condition = { NumericLessThan: { 'a:b': 1 } };
    const lines: string[] = [];
    const assembly = await load({
      Role: role('r', [allow('*', '*', { Condition }), allow('*', '*', { Condition })]),
    });
    const authorize = createAuthorizer(assembly, (line) => lines.push(line));
    expect(() => authorize(caller, 'a:b', table)).toThrow();
    expect(lines).toEqual([
      'the local cloud does not know the condition operator NumericLessThan; it counts as not met',
    ]);
    expect(await may([allow('*'), { ...allow('*'), Effect: 'Deny', Condition }], 'a:b', table)).toBe(false);
  });

  test('a decision that rests on a condition is not reused for another context', async () => {
    const statements = when({ StringEquals: { 'dynamodb:LeadingKeys': 'a' } });
    const authorize = createAuthorizer(await load({ Role: role('r', statements) }));
    expect(() => authorize(caller, 'a:b', table, keys('a'))).not.toThrow();
    expect(() => authorize(caller, 'a:b', table, keys('b'))).toThrow();
  });
});

test('a function’s access key tells its role; another key tells none', async () => {
  const callerOf = createCallerOf(await load({ Role: role('r'), F: lambda('f', '') }));
  const header = (id: string) =>
    `AWS4-HMAC-SHA256 Credential=${id}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
  expect(callerOf(header(credentialsFor('f').accessKeyId))).toEqual(caller);
  expect(callerOf(header('AKIADEVELOPER'))).toEqual({});
  expect(callerOf('Bearer x')).toEqual({});
  expect(callerOf(undefined)).toEqual({});
});

test('a service may call a function only with a permission for it, itself and the source', async () => {
  const permission = (FunctionName: unknown, more: object = {}) => ({
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName,
      Principal: 'apigateway.amazonaws.com',
      ...more,
    },
  });
  const api = 'arn:aws:execute-api:us-east-1:000000000000:abc';
  const assembly = await load({
    Role: role('r'),
    F: lambda('f', ''),
    P: permission({ 'Fn::GetAtt': ['F', 'Arn'] }, { SourceArn: `${api}/*$connect` }),
    Q: permission('g'),
  });
  const gateway = 'apigateway.amazonaws.com';
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
  expect(permits(assembly, arn, gateway, `${api}/live/$connect`)).toBe(true);
  expect(permits(assembly, 'f', gateway, `${api}/live/$connect`)).toBe(true);
  expect(permits(assembly, arn, gateway, `${api}/live/$default`)).toBe(false);
  expect(permits(assembly, arn, 'events.amazonaws.com', `${api}/live/$connect`)).toBe(false);
  expect(permits(assembly, 'g', gateway, 'anything')).toBe(true);
  expect(permits(assembly, 'h', gateway, 'anything')).toBe(false);
});
