/** Structured logs and EMF metrics. Neither ever carries a token, a key, a ticket, or what somebody typed. */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

export const logger = new Logger();
const metrics = new Metrics({ namespace: process.env.POWERTOOLS_METRICS_NAMESPACE ?? 'Pulsecast' });

/** What is counted, in CloudWatch by these names. */
export type Counter =
  | 'posts'
  | 'gone'
  | 'ended'
  | 'throttled'
  | 'unsent'
  | 'handedOver'
  | 'appended'
  | 'conflicts'
  | 'snapshots'
  | 'recovered'
  | 'pulses'
  | 'duplicates'
  | 'commands'
  | 'refused'
  | 'poison'
  | 'swept'
  | 'faults';

/** Adds to a counter; zero is not worth a line. */
export type Count = (counter: Counter, amount?: number) => void;

const counted = new Map<Counter, number>();

export const count: Count = (counter, amount = 1) => {
  if (amount > 0) counted.set(counter, (counted.get(counter) ?? 0) + amount);
};

/** Writes what was counted in this invocation as one line: sums, since EMF would keep every single value. */
export function flushMetrics(): void {
  if (counted.size === 0) return;
  for (const [counter, amount] of counted) metrics.addMetric(counter, MetricUnit.Count, amount);
  counted.clear();
  metrics.publishStoredMetrics();
}
