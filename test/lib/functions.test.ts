import { describe, expect, test } from 'vitest';
import { domains } from '../../domains/index.ts';
import { pascal } from '../../lib/tables.ts';
import { assembly, templateOf } from '../support/assembly.ts';
import { functionsOf, ofType, pick, textOf } from '../support/template.ts';

const template = templateOf(assembly());
const functions = functionsOf(template);

const tokens = ['AUDIENCE', 'AUDIENCE_CLAIM', 'ISSUER', 'ROLES_CLAIM', 'UNITS_CLAIM'];

/** The variables of each function besides those of Powertools. */
const variables: Record<string, string[]> = {
  connect: ['CONNECTIONS_TABLE', 'ACCESS_TABLE', 'TOKEN_IN_QUERY', ...tokens],
  disconnect: ['CONNECTIONS_TABLE', 'MEMBERS_TABLE', 'PRESENCE_TABLE'],
  groups: [
    'CONNECTIONS_TABLE',
    'MEMBERS_TABLE',
    'PRESENCE_TABLE',
    'AUDIT_TABLE',
    'LOG_TABLE',
    'DOMAIN_TABLES',
    'LOG_RETENTION_SECONDS',
  ],
  refresh: [
    'CONNECTIONS_TABLE',
    'MEMBERS_TABLE',
    'PRESENCE_TABLE',
    'ACCESS_TABLE',
    'DOMAIN_TABLES',
    ...tokens,
  ],
  signal: ['CONNECTIONS_TABLE', 'MEMBERS_TABLE', 'PRESENCE_TABLE', 'CALLBACK_URL', 'POST_RATE', 'POST_BURST'],
  default: [],
  ingest: ['ACCESS_TABLE', 'DOMAIN_TABLES'],
  api: [
    'ACCESS_TABLE',
    'CONNECTIONS_TABLE',
    'MEMBERS_TABLE',
    'PRESENCE_TABLE',
    'AUDIT_TABLE',
    'CALLBACK_URL',
    'POST_RATE',
    'POST_BURST',
    'IDEMPOTENCY_TABLE',
    'LOG_TABLE',
    'DOMAIN_TABLES',
    'LOG_RETENTION_SECONDS',
    ...tokens,
  ],
  broadcast: [
    'CONNECTIONS_TABLE',
    'MEMBERS_TABLE',
    'PRESENCE_TABLE',
    'AUDIT_TABLE',
    'LOG_TABLE',
    'DOMAIN_TABLES',
    'LOG_RETENTION_SECONDS',
    'CALLBACK_URL',
    'POST_RATE',
    'POST_BURST',
    'FANOUT_FUNCTION',
    'FANOUT_SENDERS',
    'FANOUT_RATE',
    'FANOUT_PAGE',
  ],
  fanout: ['CONNECTIONS_TABLE', 'MEMBERS_TABLE', 'PRESENCE_TABLE', 'CALLBACK_URL', 'POST_RATE', 'POST_BURST'],
  sweep: [
    'DOMAIN_TABLES',
    'CONNECTIONS_TABLE',
    'MEMBERS_TABLE',
    'PRESENCE_TABLE',
    'CALLBACK_URL',
    'POST_RATE',
    'POST_BURST',
  ],
};

function environmentOf(name: string): Record<string, unknown> {
  return pick(functions, name, 'Environment', 'Variables') as Record<string, unknown>;
}

describe('functions', () => {
  test.each(Object.keys(variables))(
    '%s runs on Node 24 on arm64, traced, with a log group of its own',
    (name) => {
      const id = `Functions${name.charAt(0).toUpperCase()}${name.slice(1)}`;
      expect(functions[name]).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
      });
      expect(textOf(pick(functions, name, 'LoggingConfig', 'LogGroup'))).toBe(`<${id}FunctionLogs>`);
    },
  );

  test.each(Object.entries(variables))('%s is told what it needs, and nothing else', (name, names) => {
    const own = Object.keys(environmentOf(name)).filter((key) => !key.startsWith('POWERTOOLS_'));
    expect(own.sort()).toEqual(names.toSorted());
  });

  test('the variables lead to the tables, the parameters and the stage', () => {
    expect(textOf(environmentOf('connect').ISSUER)).toBe('<Issuer>');
    expect(textOf(environmentOf('connect').AUDIENCE)).toBe('<Audience>');
    expect(textOf(environmentOf('connect').TOKEN_IN_QUERY)).toBe('<TokenInQuery>');
    expect(JSON.parse(textOf(environmentOf('groups').DOMAIN_TABLES))).toEqual(
      Object.fromEntries(
        [...domains.map(({ name }) => name), 'notifications'].map((name) => [
          name,
          `<TablesDomain${pascal(name)}>`,
        ]),
      ),
    );
    expect(environmentOf('groups').LOG_RETENTION_SECONDS).toBe('3600');
    expect(textOf(environmentOf('broadcast').CALLBACK_URL)).toBe(
      'https://<SocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/live',
    );
  });

  test('no function takes longer than the API in front of it waits', () => {
    for (const name of ['connect', 'groups', 'refresh', 'signal', 'default', 'ingest', 'api']) {
      expect(functions[name]?.Timeout, name).toBeLessThanOrEqual(29);
    }
  });

  test('every log group is kept for a month and no longer', () => {
    const groups = Object.values(ofType(template, 'AWS::Logs::LogGroup'));
    expect(groups.length).toBe(Object.keys(functions).length + 3);
    expect(groups.map(({ RetentionInDays }) => RetentionInDays)).toEqual(groups.map(() => 30));
  });

  test('the clock runs the sweep each minute, without a second try', () => {
    expect(ofType(template, 'AWS::Events::Rule').Sweep).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ RetryPolicy: { MaximumRetryAttempts: 0 } }],
    });
  });
});

describe('parameters', () => {
  test('the issuer comes from the context, a token in the query is off', () => {
    const { Issuer, Audience, TokenInQuery } = template.Parameters;
    expect([Issuer?.Default, Audience?.Default, TokenInQuery?.Default]).toEqual([
      'https://id.example.com/auth',
      'pulsecast',
      'off',
    ]);
  });
});

describe('outputs', () => {
  test('tools find the addresses and the tables', () => {
    const { Outputs } = template;
    expect(textOf(Outputs.SiteUrl?.Value)).toBe('https://<SiteDistribution.DomainName>');
    expect(textOf(Outputs.LiveUrl?.Value)).toBe(
      'wss://<SocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/live',
    );
    expect(textOf(Outputs.ApiUrl?.Value)).toBe(
      'https://<HttpApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/api',
    );
    expect(textOf(Outputs.FactoryTable?.Value)).toBe('<TablesDomainFactory>');
    expect(textOf(Outputs.AccessTable?.Value)).toBe('<TablesAccess>');
  });
});
