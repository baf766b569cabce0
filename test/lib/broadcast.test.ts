import { Duration } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { notifications } from '../../core/notices.ts';
import { ownDomains, presence, trail } from '../../core/platform.ts';
import { domains } from '../../domains/index.ts';
import { pascal } from '../../lib/tables.ts';
import { assembly, templateOf } from '../support/assembly.ts';
import { smallDomain, smallProps, synthesizeSmall } from '../support/stack.ts';
import { functionsOf, ofType, type Properties, pick, textOf } from '../support/template.ts';

const template = templateOf(assembly());
const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping');

/** The starts of the sort keys that a mapping lets through. */
function prefixesOf(mapping: Properties | undefined): string[] {
  const filters = pick(mapping, 'FilterCriteria', 'Filters') as { Pattern: string }[];
  return filters.flatMap(({ Pattern }) =>
    JSON.parse(Pattern).dynamodb.Keys.item.S.map(({ prefix }: { prefix: string }) => prefix),
  );
}

const streams: Record<string, string> = {
  ...Object.fromEntries(
    [...domains, notifications].map(({ name }) => [name, `<TablesDomain${pascal(name)}.StreamArn>`]),
  ),
  [presence.name]: '<TablesPresence.StreamArn>',
  [trail.name]: '<TablesAudit.StreamArn>',
};
const streamOf = (mapping: Properties) => textOf(mapping.EventSourceArn);

describe('stream mappings', () => {
  test('every entity comes through exactly one mapping of its domain', () => {
    for (const { name, entities } of [...domains, notifications, ...ownDomains]) {
      const all = Object.values(mappings).filter((mapping) => streamOf(mapping) === streams[name]);
      expect(all.flatMap(prefixesOf).sort()).toEqual(
        Object.keys(entities)
          .map((entity) => `${entity}#`)
          .sort(),
      );
    }
  });

  test.each(Object.keys(mappings))(
    '%s gives up after some tries, halves what fails, and tells of it',
    (name) => {
      const mapping = mappings[name] ?? {};
      expect(mapping).toMatchObject({
        BatchSize: name.endsWith('Relaxed') ? 1000 : 100,
        ParallelizationFactor: /Presence|Audit|Notifications/.test(name) ? 1 : 2,
        MaximumRetryAttempts: 5,
        MaximumRecordAgeInSeconds: 3600,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        StartingPosition: 'TRIM_HORIZON',
      });
      expect(Object.values(streams)).toContain(streamOf(mapping));
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
      ['notice#', 0],
      ['announcement#', 0],
      ['presence#', 7],
      ['entry#', 0],
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

describe('the fan-out', () => {
  const fanout = functionsOf(template).fanout ?? {};
  const variable = (name: string, key: string) =>
    pick(functionsOf(template), name, 'Environment', 'Variables', key);

  test('[FAN-8] is invoked once for a page, and tells of one that failed', () => {
    const [config] = Object.values(ofType(template, 'AWS::Lambda::EventInvokeConfig')).filter(
      ({ FunctionName }) => textOf(FunctionName) === '<FunctionsFanoutFunctionLambda>',
    );
    expect(config).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    expect(textOf(pick(config, 'DestinationConfig', 'OnFailure', 'Destination'))).toBe(
      '<BroadcastDeadLetters.Arn>',
    );
    expect(textOf(variable('broadcast', 'FANOUT_FUNCTION'))).toBe('<FunctionsFanoutFunctionLambda>');
  });

  test('[FAN-9] all that may post at a time stay below 70 % of the quota, each with its part', () => {
    const broadcast = functionsOf(template).broadcast ?? {};
    const lanes = Object.values(mappings).reduce((sum, one) => sum + Number(one.ParallelizationFactor), 0);
    expect(broadcast.ReservedConcurrentExecutions).toBe(lanes);
    expect(fanout.ReservedConcurrentExecutions).toBe(6);
    const rates = [variable('broadcast', 'POST_RATE'), variable('fanout', 'POST_RATE')].map(Number);
    expect(rates).toEqual([Math.floor(3500 / lanes), 583]);
    expect(variable('broadcast', 'FANOUT_SENDERS')).toBe('6');
    expect(variable('broadcast', 'FANOUT_RATE')).toBe(variable('fanout', 'POST_RATE'));
    // At once all together: half of a second's.
    const burst = `${Math.floor(3500 / (lanes + 6))}`;
    expect(variable('broadcast', 'POST_BURST')).toBe(burst);
    expect(variable('fanout', 'POST_BURST')).toBe(burst);
    expect(variable('broadcast', 'FANOUT_PAGE')).toBe(burst);
  });

  test('a team sets the rate, the senders, and whether they are reserved', () => {
    const small = functionsOf(
      synthesizeSmall({
        ...smallProps,
        postsPerSecond: 1000,
        senders: { broadcast: 2, fanout: 1 },
        reserveConcurrency: false,
      }),
    );
    expect(pick(small, 'broadcast', 'Environment', 'Variables')).toMatchObject({
      POST_RATE: '250',
      POST_BURST: '166',
      FANOUT_SENDERS: '1',
      FANOUT_RATE: '500',
      FANOUT_PAGE: '166',
    });
    expect(pick(small, 'fanout', 'ReservedConcurrentExecutions')).toBeUndefined();
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
