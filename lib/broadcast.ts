/** The way from the domains' streams to the broadcaster, and the dead letters beside it. */
import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AnyDomain } from '../core/domain.ts';
import { acknowledge } from './acknowledge.ts';
import type { Settings } from './props.ts';
import { pascal, type Tables } from './tables.ts';

interface BroadcastProps {
  settings: Settings;
  tables: Tables;
  broadcaster: IFunction;
}

export class Broadcast extends Construct {
  /** Where a batch is described that failed for good: shard and sequence numbers, not the data. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { settings, tables, broadcaster }: BroadcastProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetters, { SQS3: 'This is the queue for dead letters itself.' });
    broadcaster.addToRolePolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
    );
    for (const domain of settings.enabled) {
      const streamArn = tables.streamOf(domain.name);
      broadcaster.addToRolePolicy(
        new PolicyStatement({
          actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
            (action) => `dynamodb:${action}`,
          ),
          resources: [streamArn],
        }),
      );
      for (const delivery of ['instant', 'relaxed'] as const) {
        const entities = entitiesOf(domain, delivery);
        if (entities.length === 0) continue;
        new EventSourceMapping(this, `${pascal(domain.name)}${pascal(delivery)}`, {
          target: broadcaster,
          eventSourceArn: streamArn,
          // Not the newest: what was written while the mapping was being made would never be sent.
          startingPosition: StartingPosition.TRIM_HORIZON,
          batchSize: 100,
          maxBatchingWindow: delivery === 'instant' ? Duration.seconds(0) : settings.relaxedWindow,
          parallelizationFactor: settings.parallelization,
          retryAttempts: settings.retryAttempts,
          // Older events would only bring back what a client has long learnt from a snapshot.
          maxRecordAge: settings.retention,
          bisectBatchOnError: true,
          reportBatchItemFailures: true,
          filters: [{ pattern: filterOf(entities) }],
          onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
        });
      }
    }
  }
}

function entitiesOf(domain: AnyDomain, delivery: 'instant' | 'relaxed'): string[] {
  return Object.entries(domain.entities)
    .filter(([, definition]) => definition.delivery === delivery)
    .map(([name]) => name);
}

/** A stream filter for the items of some entities, by the start of their sort key `entity#key`. */
function filterOf(entities: readonly string[]): string {
  return JSON.stringify({
    dynamodb: { Keys: { item: { S: entities.map((entity) => ({ prefix: `${entity}#` })) } } },
  });
}
