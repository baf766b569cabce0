import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, test } from 'vitest';
import { assembly } from '../support/assembly.ts';
import { smallProps, synthesizeSmall } from '../support/stack.ts';

interface Report {
  pluginReports: {
    pluginName: string;
    conclusion: string;
    violations: unknown[];
    suppressedViolations?: { ruleName: string; reason?: string }[];
  }[];
}

describe('cdk-nag', () => {
  const report: Report = JSON.parse(readFileSync(join(assembly(), 'validation-report.json'), 'utf8'));

  test('has no finding in the app, and neither has the check against the schemas of CloudFormation', () => {
    expect(report.pluginReports.map(({ pluginName }) => pluginName)).toContain('AwsSolutions');
    expect(report.pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
  });

  test('has only those acknowledged that are listed here, each with a reason', () => {
    const acknowledged = report.pluginReports.flatMap(
      ({ suppressedViolations = [] }) => suppressedViolations,
    );
    expect(acknowledged.filter(({ reason = '' }) => reason.length < 20)).toEqual([]);
    const rules = acknowledged.map(({ ruleName }) => ruleName.replace(/^AwsSolutions-/, ''));
    expect([...new Set(rules.map((rule) => rule.replace(/\[.*/s, '')))].sort()).toEqual([
      'APIG4',
      'CFR1',
      'CFR2',
      'CFR3',
      'CFR4',
      'IAM4',
      'IAM5',
      'L1',
      'S1',
      'SQS3',
    ]);
  });

  test('passes with a Cognito pool, alarms by e-mail and a budget, in a region that is known', () => {
    const { issuer: _issuer, ...rest } = smallProps;
    const props = {
      ...rest,
      cognito: {},
      alarmEmail: 'ops@example.com',
      budget: { monthlyUsd: 50, email: 'ops@example.com' },
    };
    const env = { account: '111122223333', region: 'eu-central-1' };
    expect(() => synthesizeSmall(props, { env })).not.toThrow();
  });

  test('still stops what a team adds beside it', () => {
    const more = (stack: ConstructorParameters<typeof Bucket>[0]) => new Bucket(stack, 'Loose');
    expect(() => synthesizeSmall(smallProps, { more })).toThrow('AwsSolutions');
  });
});
