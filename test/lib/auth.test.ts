import { describe, expect, test } from 'vitest';
import { smallProps, synthesizeSmall } from '../support/stack.ts';
import { functionsOf, ofType, pick, textOf } from '../support/template.ts';

const { issuer: _issuer, ...withoutIssuer } = smallProps;

type Template = ReturnType<typeof synthesizeSmall>;

function connectVariables(template: Template): Record<string, string> {
  const variables = pick(functionsOf(template), 'connect', 'Environment', 'Variables');
  return Object.fromEntries(Object.entries(variables ?? {}).map(([name, value]) => [name, textOf(value)]));
}

function cspOf(template: Template): string {
  const [policy] = Object.values(ofType(template, 'AWS::CloudFront::ResponseHeadersPolicy'));
  const headers = pick(policy, 'ResponseHeadersPolicyConfig', 'SecurityHeadersConfig');
  return textOf(pick(headers, 'ContentSecurityPolicy', 'ContentSecurityPolicy'));
}

describe('a Cognito pool', () => {
  const template = synthesizeSmall({ ...withoutIssuer, cognito: { groups: ['admin', 'operator'] } });

  test('nobody signs up alone, and the pool is kept', () => {
    const [pool] = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Cognito::UserPool');
    expect(pool).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        DeletionProtection: 'ACTIVE',
        Policies: { PasswordPolicy: { MinimumLength: 12 } },
      },
    });
  });

  test('the site signs in by code and PKCE, without a secret, and comes back to itself', () => {
    const client = ofType(template, 'AWS::Cognito::UserPoolClient').UsersPoolSite ?? {};
    expect(client).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'profile'],
    });
    const back = 'https://<SiteDistribution.DomainName>/';
    expect((client.CallbackURLs as unknown[]).map(textOf)).toEqual([back]);
    expect((client.LogoutURLs as unknown[]).map(textOf)).toEqual([back]);
  });

  test('access tokens are checked by their client, groups are roles and units', () => {
    expect(connectVariables(template)).toMatchObject({
      ISSUER: 'https://cognito-idp.<AWS::Region>.<AWS::URLSuffix>/<UsersPool>',
      AUDIENCE: '<UsersPoolSite>',
      AUDIENCE_CLAIM: 'client_id',
      ROLES_CLAIM: 'cognito:groups',
      UNITS_CLAIM: 'cognito:groups',
    });
    const groups = Object.values(ofType(template, 'AWS::Cognito::UserPoolGroup'));
    expect(groups.map(({ GroupName }) => GroupName)).toEqual(['admin', 'operator']);
  });

  test('the page may call the pool and its sign-in page', () => {
    expect(cspOf(template)).toContain(
      "connect-src 'self' https://cognito-idp.<AWS::Region>.<AWS::URLSuffix> https://<UsersPoolDomain>.auth.<AWS::Region>.amazoncognito.com;",
    );
  });
});

describe('an issuer of the team', () => {
  test('its claims, keys and further origins are as given', () => {
    const template = synthesizeSmall({
      ...withoutIssuer,
      issuer: {
        issuer: 'https://id.example.com/tenant/v2.0',
        audience: 'api://shop',
        rolesClaim: 'groups',
        unitsClaim: 'sites',
        jwksUri: 'https://keys.example.com/jwks',
        origins: ['https://token.example.com'],
      },
    });
    expect(connectVariables(template)).toMatchObject({
      ISSUER: 'https://id.example.com/tenant/v2.0',
      AUDIENCE: 'api://shop',
      AUDIENCE_CLAIM: 'aud',
      ROLES_CLAIM: 'groups',
      UNITS_CLAIM: 'sites',
      JWKS_URI: 'https://keys.example.com/jwks',
      TOKEN_IN_QUERY: 'off',
    });
    expect(cspOf(template)).toContain("connect-src 'self' https://id.example.com https://token.example.com;");
  });
});
