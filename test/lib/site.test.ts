import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { describe, expect, test } from 'vitest';
import { domains } from '../../domains/index.ts';
import { originOf } from '../../lib/auth.ts';
import { assembly, templateOf } from '../support/assembly.ts';
import { smallProps, synthesizeSmall } from '../support/stack.ts';
import { ofType, type Properties, pick, textOf } from '../support/template.ts';

const folder = assembly();
const template = templateOf(folder);
const distribution = pick(
  ofType(template, 'AWS::CloudFront::Distribution'),
  'SiteDistribution',
  'DistributionConfig',
) as {
  DefaultCacheBehavior: Properties;
  CacheBehaviors: Properties[];
  Origins: { Id: string; DomainName: unknown }[];
  DefaultRootObject: string;
};

function headersOf(from: typeof template): Properties {
  const [policy] = Object.values(ofType(from, 'AWS::CloudFront::ResponseHeadersPolicy'));
  return policy?.ResponseHeadersPolicyConfig as Properties;
}

function cspOf(from: typeof template): Record<string, string> {
  const security = pick(headersOf(from), 'SecurityHeadersConfig');
  const directives = textOf(pick(security, 'ContentSecurityPolicy', 'ContentSecurityPolicy'))
    .split('; ')
    .map((directive) => directive.split(/ (.*)/s));
  return Object.fromEntries(directives.map(([name, value]) => [name, value]));
}

describe('bucket', () => {
  test('is private, encrypted, and read by this distribution alone, over TLS', () => {
    expect(ofType(template, 'AWS::S3::Bucket').SiteBucket).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: expect.anything(),
    });
    const policies = ofType(template, 'AWS::S3::BucketPolicy');
    const statements = pick(policies, 'SiteBucketPolicy', 'PolicyDocument', 'Statement');
    expect(statements).toMatchObject([
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Effect: 'Allow', Action: 's3:GetObject', Principal: { Service: 'cloudfront.amazonaws.com' } },
    ]);
    expect(statements).toHaveLength(2);
  });
});

describe('distribution', () => {
  test('brings site, API and sockets under one host', () => {
    const originOfBehaviour = ({ TargetOriginId }: Properties) =>
      textOf(distribution.Origins.find(({ Id }) => Id === TargetOriginId)?.DomainName);
    expect(originOfBehaviour(distribution.DefaultCacheBehavior)).toBe('<SiteBucket.RegionalDomainName>');
    expect(distribution.CacheBehaviors.map((one) => [one.PathPattern, originOfBehaviour(one)])).toEqual([
      ['/api/*', '<HttpApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>'],
      ['/live', '<SocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>'],
    ]);
    expect(distribution.DefaultRootObject).toBe('index.html');
  });

  test('hands requests to the APIs uncached, with all but the Host header', () => {
    for (const behaviour of distribution.CacheBehaviors) {
      expect(behaviour).toMatchObject({
        CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
        ViewerProtocolPolicy: 'https-only',
      });
      expect(behaviour.AllowedMethods).toContain('POST');
    }
  });

  test('with a host of its own takes TLS 1.2 at least', () => {
    const template = synthesizeSmall({
      ...smallProps,
      host: {
        name: 'live.example.com',
        certificate: Certificate.fromCertificateArn(
          new Stack(),
          'Certificate',
          'arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d',
        ),
      },
    });
    const [own] = Object.values(ofType(template, 'AWS::CloudFront::Distribution'));
    expect(own?.DistributionConfig).toMatchObject({
      Aliases: ['live.example.com'],
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021' },
    });
    expect(cspOf(template)['connect-src']).toContain('wss://live.example.com');
  });
});

describe('security headers', () => {
  test('the content security policy allows nothing inline and nothing from elsewhere but the issuer', () => {
    const select = (index: number) =>
      JSON.stringify({ 'Fn::Select': [index, { 'Fn::Split': ['/', { Ref: 'Issuer' }] }] });
    expect(cspOf(template)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'font-src': "'self'",
      'manifest-src': "'self'",
      'worker-src': "'self'",
      'connect-src': `'self' ${select(0)}//${select(2)}`,
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    });
  });

  test('the origin of the issuer is its scheme and host', () => {
    expect(originOf('http://localhost:8787/auth')).toBe('http://localhost:8787');
  });

  test('the others are set, and go with the API as well', () => {
    const { SecurityHeadersConfig, CustomHeadersConfig } = headersOf(template);
    expect(SecurityHeadersConfig).toMatchObject({
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY' },
      ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin' },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000 },
    });
    expect(CustomHeadersConfig).toMatchObject({
      Items: [{ Header: 'Cross-Origin-Opener-Policy' }, { Header: 'Permissions-Policy' }],
    });
    const [api] = distribution.CacheBehaviors;
    expect(api?.ResponseHeadersPolicyId).toEqual(distribution.DefaultCacheBehavior.ResponseHeadersPolicyId);
  });
});

describe('files', () => {
  const uploads = ofType(template, 'Custom::CDKBucketDeployment');
  const assets = Object.entries(uploads).find(([id]) => id.startsWith('SiteAssets'))?.[1];
  const pages = Object.entries(uploads).find(([id]) => id.startsWith('SitePages'))?.[1];

  /** The folder of an upload's nth source. */
  function sourceOf(upload: Properties | undefined, source: number): string {
    const key = String(pick(upload, 'SourceObjectKeys', source));
    return join(folder, `asset.${key.replace(/\.zip$/, '')}`);
  }

  /** The files of an upload's nth source. */
  function filesOf(upload: Properties | undefined, source: number): string[] {
    const asset = sourceOf(upload, source);
    return readdirSync(asset).filter((name) => statSync(join(asset, name)).isFile());
  }

  test('those named by their hash are kept for a year, all others are asked for each time', () => {
    expect(assets).toMatchObject({
      DestinationBucketKeyPrefix: 'assets',
      Prune: false,
      SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
    });
    expect(pages).toMatchObject({ Prune: false, SystemMetadata: { 'cache-control': 'no-cache' } });
    expect(filesOf(assets, 0)).toEqual(['site-0a1b2c3d.js']);
    expect(filesOf(pages, 0)).toEqual(['index.html']);
  });

  test('the page comes after the assets that it names', () => {
    const page = Object.entries(template.Resources).find(([id]) => id.startsWith('LiveSitePages'))?.[1];
    expect(page?.DependsOn?.join()).toContain('LiveSiteAssetsCustomResource');
  });

  test('config.json tells the site where and who', () => {
    const text = readFileSync(join(sourceOf(pages, 1), 'config.json'), 'utf8');
    const markers = pick(pages, 'SourceMarkers', 1) ?? {};
    const filled = Object.entries(markers).reduce(
      (all, [marker, value]) => all.replace(marker, textOf(value)),
      text,
    );
    expect(JSON.parse(filled)).toEqual({
      api: '/api',
      live: '/live',
      issuer: '<Issuer>',
      clientId: 'pulsecast-web',
      audience: '<Audience>',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      domains: domains.map(({ name }) => name),
    });
  });

  test('a site that was not built stops the synth, with what to do', () => {
    expect(() => synthesizeSmall({ ...smallProps, siteDirectory: '/nowhere' })).toThrow('npm run build:web');
  });
});
