/** The tables: seven of the platform, and one for each domain. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, StreamViewType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { presence, trail } from '../core/platform.ts';
import type { Settings } from './props.ts';

const string = (name: string) => ({ name, type: AttributeType.STRING });
const number = (name: string) => ({ name, type: AttributeType.NUMBER });

/** Keys of the platform's tables, and a stream for what is shown in groups. What is `lasting` cannot be rebuilt and is kept like the domains' data. */
const platformTables = {
  connections: { partitionKey: string('connectionId'), sortKey: string('item'), lasting: false },
  members: { partitionKey: string('shard'), sortKey: string('connectionId'), lasting: false },
  log: { partitionKey: string('group'), sortKey: number('offset'), lasting: false },
  access: { partitionKey: string('kind'), sortKey: string('id'), lasting: true },
  idempotency: { partitionKey: string('key'), lasting: false },
  presence: {
    partitionKey: string('partition'),
    sortKey: string('item'),
    lasting: false,
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
  },
  audit: {
    partitionKey: string('partition'),
    sortKey: string('item'),
    lasting: true,
    dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
  },
} as const;

/** The tables whose items the platform itself shows in groups (`core/platform.ts`). */
const ownTables: Readonly<Record<string, PlatformTable>> = {
  [presence.name]: 'presence',
  [trail.name]: 'audit',
};

export type PlatformTable = keyof typeof platformTables;
export const platformTableNames = Object.keys(platformTables) as PlatformTable[];

/** First letter in upper case, without hyphens: `spare-parts` is `SpareParts`. */
export function pascal(name: string): string {
  return name.replace(/(^|-)([a-z0-9])/g, (_, _separator, letter: string) => letter.toUpperCase());
}

export class Tables extends Construct {
  readonly platform: Readonly<Record<PlatformTable, TableV2>>;
  /** By domain name; of switched-off domains too. */
  readonly domains: ReadonlyMap<string, TableV2>;

  constructor(scope: Construct, id: string, { domains, removalPolicy }: Settings) {
    super(scope, id);
    const lastingProps = { removalPolicy, deletionProtection: removalPolicy === RemovalPolicy.RETAIN };
    const common = {
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    };
    const entries = Object.entries(platformTables).map(([name, { lasting, ...keys }]) => [
      name,
      new TableV2(this, pascal(name), {
        ...common,
        ...keys,
        timeToLiveAttribute: 'expiresAt',
        ...(lasting ? lastingProps : { removalPolicy: RemovalPolicy.DESTROY }),
      }),
    ]);
    this.platform = Object.fromEntries(entries);
    this.domains = new Map(
      domains.map(({ name, entities }) => [
        name,
        new TableV2(this, `Domain${pascal(name)}`, {
          ...common,
          ...(Object.values(entities).some(({ until }) => until !== undefined)
            ? { timeToLiveAttribute: 'expiresAt' }
            : {}),
          ...lastingProps,
          partitionKey: string('partition'),
          sortKey: string('item'),
          dynamoStream: StreamViewType.NEW_AND_OLD_IMAGES,
        }),
      ]),
    );
  }
  /** The table of a domain. */
  of(domain: string): TableV2 {
    const table = this.domains.get(domain);
    if (table === undefined) throw new Error(`There is no table for ${domain}.`);
    return table;
  }

  /** ARN of the stream of a domain's table, or of a table of the platform's own items. */
  streamOf(domain: string): string {
    const own = ownTables[domain];
    const { tableStreamArn } = own === undefined ? this.of(domain) : this.platform[own];
    if (tableStreamArn === undefined) throw new Error(`The table of ${domain} has no stream.`);
    return tableStreamArn;
  }
}
