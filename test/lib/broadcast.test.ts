import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { domains } from '../../domains/index.ts';
import { assembly, templateOf } from '../support/assembly.ts';
import { smallDomain, smallProps, synthesizeSmall } from '../support/stack.ts';
import { ofType, type Properties, pick, textOf } from '../support/template.ts';

const template = templateOf(assembly());
const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping');

/** The starts of the sort keys that a mapping lets through. */
function prefixesOf(mapping: Properties | undefined): string[] {
  const filters = pick(mapping, 'FilterCriteria', 'Filters') as { Pattern: string }[];
  return filters.flatMap(({ Pattern }) =>
    JSON.parse(Pattern).dynamodb.Keys.item.S.map(({ prefix }: { prefix: string }) => prefix),
  );
}

describe('stream mappings', () => {
  test('every entity comes through exactly one mapping of its domain', () => {
    for (const { entities } of domains) {
      const all = Object.values(mappings).flatMap(prefixesOf);
      expect(all.sort()).toEqual(
        Object.keys(entities)
          .map((name) => `${name}#`)
          .sort(),
      );
    }
  });

  test.each(Object.keys(mappings))(
    '%s gives up after some tries, halves what fails, and tells of it',
    (name) => {
      const mapping = mappings[name] ?? {};
      expect(mapping).toMatchObject({
        BatchSize: 100,
        ParallelizationFactor: 2,
        MaximumRetryAttempts: 5,
        MaximumRecordAgeInSeconds: 3600,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        StartingPosition: 'TRIM_HORIZON',
      });
      expect(textOf(mapping.EventSourceArn)).toBe('<TablesDomainFactory.StreamArn>');
      expect(textOf(mapping.FunctionName)).toBe('<FunctionsBroadcastFunctionLambda>');
      expect(textOf(pick(mapping, 'DestinationConfig', 'OnFailure', 'Destination'))).toBe(
        '<BroadcastDeadLetters.Arn>',
      );
    },
  );

  test('instant entities are sent at once, relaxed ones are gathered', () => {
    const small = ofType(
      synthesizeSmall({ ...smallProps, relaxedWindow: Duration.seconds(7) }),
      'AWS::Lambda::EventSourceMapping',
    );
    const windows = Object.values(small).map((mapping) => [
      ...prefixesOf(mapping),
      mapping.MaximumBatchingWindowInSeconds,
    ]);
    expect(windows).toEqual([
      ['order#', 0],
      ['visit#', 7],
    ]);
  });

  test('a domain that is off keeps its table, and nothing reaches it', () => {
    const two = synthesizeSmall({
      ...smallProps,
      domains: [smallDomain(), smallDomain('closed')],
      enabled: ['shop'],
    });
    expect(Object.keys(ofType(two, 'AWS::DynamoDB::GlobalTable'))).toContain('TablesDomainClosed');
    const { TablesDomainClosed: _table, ...others } = Object.fromEntries(
      ['AWS::IAM::Policy', 'AWS::Lambda::Function', 'AWS::Lambda::EventSourceMapping'].flatMap((type) =>
        Object.entries(ofType(two, type)),
      ),
    );
    expect(JSON.stringify(others)).not.toContain('DomainClosed');
  });
});

describe('dead letters', () => {
  test('are encrypted, kept for two weeks, and only reached over TLS', () => {
    expect(ofType(template, 'AWS::SQS::Queue')).toEqual({
      BroadcastDeadLetters: { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 },
    });
    const [policy] = Object.values(ofType(template, 'AWS::SQS::QueuePolicy'));
    expect(policy?.PolicyDocument).toMatchObject({
      Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
    });
  });
});
