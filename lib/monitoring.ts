/** Alarms on what a person must look at, a dashboard for the rest, and a budget. */
import { Duration } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { type MetricSources, type Metrics, metricsOf } from './metrics.ts';
import type { Settings } from './props.ts';

interface MonitoringProps extends MetricSources {
  settings: Settings;
}

interface Threshold {
  /** More than one makes as many alarms: `Errors`, `Errors2`. */
  metric: IMetric | IMetric[];
  /** The alarm goes off above this. */
  above: number;
  /** Periods in a row; one is five minutes, unless the metric says otherwise. */
  periods?: number;
  why: string;
}

export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const metrics = metricsOf(props);
    const topic = props.settings.alarmEmail === undefined ? undefined : this.topic(props.settings.alarmEmail);
    for (const [name, { metric, above, periods = 1, why }] of Object.entries(alarms(metrics))) {
      for (const [index, each] of [metric].flat().entries()) {
        const alarm = new Alarm(this, index === 0 ? name : `${name}${index + 1}`, {
          alarmDescription: why,
          metric: each,
          threshold: above,
          evaluationPeriods: periods,
          comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
          treatMissingData: TreatMissingData.NOT_BREACHING,
        });
        if (topic !== undefined) alarm.addAlarmAction(new SnsAction(topic));
      }
    }
    this.dashboard(metrics);
    if (props.settings.budget !== undefined) budget(this, props.settings.budget);
  }

  private topic(email: string): Topic {
    const topic = new Topic(this, 'Alarms', { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    return topic;
  }

  private dashboard(metrics: Metrics): void {
    const graph = (title: string, ...left: IMetric[]) =>
      new GraphWidget({ title, left, width: 8, height: 6 });
    new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(3),
      widgets: [
        [
          graph('Sockets', metrics.connects, metrics.messages, metrics.socketErrors),
          graph('Requests', metrics.requests, metrics.clientFaults, metrics.serverFaults),
          graph('Pulses', metrics.own('pulses'), metrics.own('duplicates')),
        ],
        [
          graph('Age of the stream (ms)', metrics.iteratorAge),
          graph(
            'Frames',
            metrics.own('posts'),
            metrics.own('gone'),
            metrics.own('throttled'),
            metrics.own('unsent'),
            metrics.own('handedOver'),
          ),
          graph(
            'Log',
            metrics.own('appended'),
            metrics.own('conflicts'),
            metrics.own('recovered'),
            metrics.own('snapshots'),
          ),
        ],
        [
          graph('Functions', ...metrics.errors, ...metrics.throttles, metrics.own('faults')),
          graph('Duration p95 (ms)', ...metrics.durations),
          graph('Dead letters', metrics.deadLetters),
        ],
        [
          graph('Table reads (units)', ...metrics.reads),
          graph('Table writes (units)', ...metrics.writes),
          graph('Commands', metrics.own('commands'), metrics.own('refused')),
        ],
      ],
    });
  }
}

function alarms(metrics: Metrics): Record<string, Threshold> {
  return {
    Behind: {
      metric: metrics.iteratorAge,
      above: 60_000,
      periods: 3,
      why: 'The broadcaster is more than a minute behind the tables: screens show old data.',
    },
    DeadLetters: {
      metric: metrics.deadLetters,
      above: 0,
      why: 'A batch of changes was given up: screens that resume will not see it until the items change again.',
    },
    Errors: { metric: metrics.errors, above: 0, periods: 2, why: 'Functions fail.' },
    Faults: {
      metric: metrics.own('faults'),
      above: 0,
      periods: 2,
      why: 'Requests were answered with an unexpected error.',
    },
    Throttles: { metric: metrics.throttles, above: 0, why: "Functions reach the account's concurrency." },
    ServerFaults: { metric: metrics.serverFaults, above: 5, why: 'The HTTP API answers with 5xx.' },
    SocketErrors: { metric: metrics.socketErrors, above: 5, why: 'WebSocket routes fail.' },
    PostsThrottled: {
      metric: metrics.own('throttled'),
      above: 100,
      periods: 2,
      why: 'API Gateway refuses posts with 429: the account quota of 10,000 requests/s is reached.',
    },
    StaleConnections: {
      metric: metrics.staleShare,
      above: 20,
      periods: 3,
      why: 'More than a fifth of all posts go to connections that are gone: each costs time and money.',
    },
  };
}

/** The whole account's costs: costs by tag would need a tag that somebody first switches on in Billing. */
function budget(scope: Construct, { monthlyUsd, email }: NonNullable<Settings['budget']>): void {
  const warn = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
    notification: {
      notificationType,
      comparisonOperator: 'GREATER_THAN',
      threshold,
      thresholdType: 'PERCENTAGE',
    },
    subscribers: [{ subscriptionType: 'EMAIL', address: email }],
  });
  new CfnBudget(scope, 'Budget', {
    budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: monthlyUsd, unit: 'USD' } },
    notificationsWithSubscribers: [warn('ACTUAL', 80), warn('FORECASTED', 100)],
  });
}
