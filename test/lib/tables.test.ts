import { RemovalPolicy } from 'aws-cdk-lib';
import { describe, expect, test } from 'vitest';
import { domains } from '../../domains/index.ts';
import { pascal } from '../../lib/tables.ts';
import { assembly, templateOf } from '../support/assembly.ts';
import { smallProps, synthesizeSmall } from '../support/stack.ts';
import { ofType, type Properties } from '../support/template.ts';

const template = templateOf(assembly());
const tables = ofType(template, 'AWS::DynamoDB::GlobalTable');

/** Partition key and sort key, as `name type`, and whether items may expire. */
const expected: Record<string, { keys: string[]; expires: boolean }> = {
  TablesConnections: { keys: ['connectionId S', 'item S'], expires: true },
  TablesMembers: { keys: ['shard S', 'connectionId S'], expires: true },
  TablesLog: { keys: ['group S', 'offset N'], expires: true },
  TablesAccess: { keys: ['kind S', 'id S'], expires: true },
  TablesIdempotency: { keys: ['key S'], expires: true },
  TablesPresence: { keys: ['partition S', 'item S'], expires: true },
  TablesAudit: { keys: ['partition S', 'item S'], expires: true },
  TablesDomainNotifications: { keys: ['partition S', 'item S'], expires: true },
  ...Object.fromEntries(
    domains.map(({ name, entities }) => [
      `TablesDomain${pascal(name)}`,
      {
        keys: ['partition S', 'item S'],
        expires: Object.values(entities).some(({ until }) => until !== undefined),
      },
    ]),
  ),
};
const ofDomains = Object.keys(expected).filter((name) => name.startsWith('TablesDomain'));

function keysOf(table: Properties): string[] {
  const types = table.AttributeDefinitions as { AttributeName: string; AttributeType: string }[];
  return (table.KeySchema as { AttributeName: string }[]).map(
    ({ AttributeName: name }) =>
      `${name} ${types.find((type) => type.AttributeName === name)?.AttributeType}`,
  );
}

describe('tables', () => {
  test('there are those of the platform and one for each domain', () => {
    expect(Object.keys(tables).sort()).toEqual(Object.keys(expected).sort());
  });

  test.each(Object.entries(expected))(
    '%s is on demand, can be restored to a point in time',
    (name, { keys, expires }) => {
      const table = tables[name] ?? {};
      expect(keysOf(table)).toEqual(keys);
      expect(table.BillingMode).toBe('PAY_PER_REQUEST');
      expect(table.Replicas).toMatchObject([
        { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
      ]);
      expect(table.TimeToLiveSpecification).toEqual(
        expires ? { AttributeName: 'expiresAt', Enabled: true } : undefined,
      );
    },
  );

  test('only what is shown in groups has a stream, with old and new images', () => {
    const streams = Object.entries(tables).filter(([, table]) => table.StreamSpecification !== undefined);
    const shown = ['TablesPresence', 'TablesAudit', ...ofDomains];
    expect(Object.fromEntries(streams.map(([name, table]) => [name, table.StreamSpecification]))).toEqual(
      Object.fromEntries(shown.map((name) => [name, { StreamViewType: 'NEW_AND_OLD_IMAGES' }])),
    );
  });

  test('data that cannot be rebuilt is kept and protected, the rest goes with the stack', () => {
    expect(fates(template)).toEqual({
      TablesConnections: 'Delete',
      TablesMembers: 'Delete',
      TablesLog: 'Delete',
      TablesIdempotency: 'Delete',
      TablesPresence: 'Delete',
      TablesAccess: 'Retain, protected',
      TablesAudit: 'Retain, protected',
      ...Object.fromEntries(ofDomains.map((name) => [name, 'Retain, protected'])),
    });
  });

  test('everything goes with the stack when the team says so', () => {
    const temporary = synthesizeSmall({ ...smallProps, removalPolicy: RemovalPolicy.DESTROY });
    expect(new Set(Object.values(fates(temporary)))).toEqual(new Set(['Delete']));
  });
});

function fates(from: typeof template): Record<string, string> {
  return Object.fromEntries(
    Object.entries(from.Resources)
      .filter(([, resource]) => resource.Type === 'AWS::DynamoDB::GlobalTable')
      .map(([id, resource]) => {
        const [replica] = resource.Properties.Replicas as { DeletionProtectionEnabled?: boolean }[];
        const isProtected = replica?.DeletionProtectionEnabled === true ? ', protected' : '';
        return [
          id.replace(/^Live/, '').replace(/[0-9A-F]{8}$/, ''),
          `${resource.DeletionPolicy}${isProtected}`,
        ];
      }),
  );
}
