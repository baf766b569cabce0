/** The way from the domains' streams to the broadcaster and on to the fan-out, and the dead letters beside it. */
import { Duration } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  type Function as LambdaFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ownDomains } from '../core/platform.ts';
import { acknowledge } from './acknowledge.ts';
import type { Settings } from './props.ts';
import { deliveries, entitiesOf, lanesOf, pageOf, postRateOf, sendersOf } from './senders.ts';
import { pascal, type Tables } from './tables.ts';

interface BroadcastProps {
  settings: Settings;
  tables: Tables;
  broadcaster: LambdaFunction;
  fanout: LambdaFunction;
}

/**
 * Records that one run takes. A relaxed run is meant to be a large one: more changes of an item in it are one event. The
 * event itself is bounded by Lambda's 6 MB.
 */
const batchSizes = { instant: 100, relaxed: 1000 };

export class Broadcast extends Construct {
  /**
   * What failed for good: of a batch of changes the shard and the sequence numbers, of a page of the fan-out the page
   * itself, frames included.
   */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { settings, tables, broadcaster, fanout }: BroadcastProps) {
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
    for (const domain of [...settings.enabled, ...ownDomains]) {
      const streamArn = tables.streamOf(domain.name);
      broadcaster.addToRolePolicy(
        new PolicyStatement({
          actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
            (action) => `dynamodb:${action}`,
          ),
          resources: [streamArn],
        }),
      );
      for (const delivery of deliveries) {
        const entities = entitiesOf(domain, delivery);
        if (entities.length === 0) continue;
        new EventSourceMapping(this, `${pascal(domain.name.replace('#', ''))}${pascal(delivery)}`, {
          target: broadcaster,
          eventSourceArn: streamArn,
          // Not the newest: what was written while the mapping was being made would never be sent.
          startingPosition: StartingPosition.TRIM_HORIZON,
          batchSize: batchSizes[delivery],
          maxBatchingWindow: delivery === 'instant' ? Duration.seconds(0) : settings.relaxedWindow,
          parallelizationFactor: lanesOf(domain, settings),
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
    this.share(settings, broadcaster, fanout);
  }

  /** Lets the broadcaster hand pages to the fan-out, and the fan-out to a further run of itself. */
  private share(settings: Settings, broadcaster: LambdaFunction, fanout: LambdaFunction): void {
    broadcaster.addEnvironment('FANOUT_FUNCTION', fanout.functionName);
    broadcaster.addEnvironment('FANOUT_SENDERS', `${sendersOf(settings).fanout}`);
    broadcaster.addEnvironment('FANOUT_RATE', `${postRateOf('fanout', settings)}`);
    broadcaster.addEnvironment('FANOUT_PAGE', `${pageOf(settings)}`);
    // Not in the roles' own policies: a function waits for those, and the policy names the function.
    const policy = new Policy(this, 'FanOut', {
      statements: [
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fanout.functionArn] }),
      ],
    });
    for (const { role } of [broadcaster, fanout]) if (role !== undefined) policy.attachToRole(role);
    fanout.addToRolePolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }),
    );
    fanout.configureAsyncInvoke({
      // Half of a page that failed has its frames already, and the other half finds the gap by itself.
      retryAttempts: 0,
      // A page that waits longer than a heartbeat's patience would only bring what its clients have asked for.
      maxEventAge: Duration.minutes(1),
      onFailure: { bind: () => ({ destination: this.deadLetters.queueArn }) },
    });
  }
}

/** A stream filter for the items of some entities, by the start of their sort key `entity#key`. */
function filterOf(entities: readonly string[]): string {
  return JSON.stringify({
    dynamodb: { Keys: { item: { S: entities.map((entity) => ({ prefix: `${entity}#` })) } } },
  });
}
