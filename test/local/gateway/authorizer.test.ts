import { describe, expect, test } from 'vitest';
import { identityValues, policyAllows } from '../../../local/gateway/authorizer.ts';

describe('policyAllows', () => {
  const arn = 'arn:aws:execute-api:us-east-1:000000000000:api1/prod/GET/pets/1';
  const statement = (
    Effect: string,
    Resource: string | string[],
    Action: unknown = 'execute-api:Invoke',
  ) => ({
    Effect,
    Resource,
    Action,
  });
  test.each<[string, unknown[], boolean]>([
    ['nothing allows nothing', [], false],
    ['an exact ARN', [statement('Allow', arn)], true],
    ['wildcards', [statement('Allow', 'arn:aws:execute-api:*:*:api1/*/GET/p?ts/*', 'execute-api:*')], true],
    ['one of several resources', [statement('Allow', ['arn:other', arn])], true],
    ['another path', [statement('Allow', arn.replace('pets', 'cars'))], false],
    ['another action', [statement('Allow', '*', 's3:GetObject')], false],
    ['a Deny after an Allow wins', [statement('Allow', '*'), statement('Deny', arn)], false],
    ['a Deny before an Allow wins', [statement('Deny', arn), statement('Allow', '*')], false],
    ['a Deny of something else', [statement('Deny', 'arn:other'), statement('Allow', '*')], true],
  ])('%s', (_, Statement, allowed) => {
    expect(policyAllows({ Statement }, arn)).toBe(allowed);
  });
});

test('identityValues reads every kind of source, and lacks one when any is missing or empty', () => {
  const input = {
    header: (name: string) => (name.toLowerCase() === 'auth' ? 'h' : undefined),
    query: (name: string) => ({ q: 'q', empty: '' })[name],
    stageVariables: { s: 'v' },
    context: (path: string) => (path === 'identity.sourceIp' ? 'ip' : undefined),
  };
  const sources = [
    'route.request.header.Auth',
    '$request.header.auth',
    'route.request.querystring.q',
    '$stageVariables.s',
    '$context.identity.sourceIp',
  ];
  expect(identityValues(sources, input)).toEqual(['h', 'h', 'q', 'v', 'ip']);
  expect(identityValues([...sources, '$request.querystring.empty'], input)).toBeUndefined();
  expect(identityValues(['$request.header.other'], input)).toBeUndefined();
});
