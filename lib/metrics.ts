/** What is measured: what AWS counts of the functions, APIs, tables and queue, and what the functions count themselves. */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { FunctionName } from './function-specs.ts';
import type { Http } from './http.ts';
import type { Socket } from './socket.ts';
import type { Tables } from './tables.ts';

export interface MetricSources {
  /** The service by whose name the functions write their own metrics. */
  service: string;
  functions: Readonly<Record<FunctionName, LambdaFunction>>;
  deadLetters: Queue;
  socket: Socket;
  http: Http;
  tables: Tables;
}

const period = Duration.minutes(5);

/** CloudWatch's limit of metrics in the expression of an alarm. */
const maxMetrics = 10;

export type Metrics = ReturnType<typeof metricsOf>;

export function metricsOf({ service, functions, deadLetters, socket, http, tables }: MetricSources) {
  const all = Object.entries(functions);
  /** Sums over the functions, so many in each as an alarm may look at. */
  const totals = (label: string, of: (lambda: LambdaFunction) => IMetric): IMetric[] =>
    Array.from({ length: Math.ceil(all.length / maxMetrics) }, (_, index) => {
      const some = all.slice(index * maxMetrics, (index + 1) * maxMetrics);
      return new MathExpression({
        label,
        period,
        expression: some.map(([name]) => `${label}_${name}`).join(' + '),
        usingMetrics: Object.fromEntries(some.map(([name, lambda]) => [`${label}_${name}`, of(lambda)])),
      });
    });
  const own = (metricName: string) =>
    new Metric({
      namespace: 'Pulsecast',
      metricName,
      dimensionsMap: { service },
      statistic: Stats.SUM,
      period,
    });
  const consumed = (metricName: string) =>
    [...Object.entries(tables.platform), ...tables.domains].map(([name, table]) =>
      table.metric(metricName, { statistic: Stats.SUM, period, label: name }),
    );
  return {
    own,
    errors: totals('errors', (lambda) => lambda.metricErrors({ period })),
    throttles: totals('throttles', (lambda) => lambda.metricThrottles({ period })),
    durations: all.map(([name, lambda]) => lambda.metricDuration({ period, statistic: 'p95', label: name })),
    iteratorAge: functions.broadcast.metric('IteratorAge', {
      period: Duration.minutes(1),
      statistic: Stats.MAXIMUM,
    }),
    deadLetters: deadLetters.metricApproximateNumberOfMessagesVisible({ period }),
    connects: socket.stage.metric('ConnectCount', { period, statistic: Stats.SUM }),
    messages: socket.stage.metric('MessageCount', { period, statistic: Stats.SUM }),
    socketErrors: socket.stage.metric('IntegrationError', { period, statistic: Stats.SUM }),
    requests: http.stage.metricCount({ period }),
    clientFaults: http.stage.metricClientError({ period }),
    serverFaults: http.stage.metricServerError({ period }),
    staleShare: new MathExpression({
      label: 'posts to connections that are gone (%)',
      period,
      expression: 'IF(posts > 100, 100 * gone / posts, 0)',
      usingMetrics: { posts: own('posts'), gone: own('gone') },
    }),
    reads: consumed('ConsumedReadCapacityUnits'),
    writes: consumed('ConsumedWriteCapacityUnits'),
  };
}
