import { describe, expect, test } from 'vitest';
import { assembly, templateOf } from '../support/assembly.ts';
import { smallProps, synthesizeSmall } from '../support/stack.ts';
import { functionsOf, ofType, pick } from '../support/template.ts';

const template = templateOf(assembly());
const alarms = ofType(template, 'AWS::CloudWatch::Alarm');

describe('alarms', () => {
  test('watch lag, dead letters, errors, throttles, both APIs, refused posts and stale connections', () => {
    // CloudWatch takes ten metrics in one alarm: those over all functions are cut, and numbered.
    const names = new Set(Object.keys(alarms).map((name) => name.replace(/\d+$/, '')));
    expect([...names].sort()).toEqual(
      [
        'Behind',
        'DeadLetters',
        'Errors',
        'Faults',
        'PostsThrottled',
        'ServerFaults',
        'SocketErrors',
        'StaleConnections',
        'Throttles',
      ].map((name) => `Monitoring${name}`),
    );
    for (const alarm of Object.values(alarms)) {
      expect(alarm).toMatchObject({
        AlarmDescription: expect.stringMatching(/\w+/),
        TreatMissingData: 'notBreaching',
        ComparisonOperator: 'GreaterThanThreshold',
      });
    }
  });

  test('errors count those of every function', () => {
    const parts = Object.entries(alarms).filter(([name]) => /^MonitoringErrors\d*$/.test(name));
    const counted = parts.flatMap(([, { Metrics }]) =>
      (Metrics as { MetricStat?: unknown }[]).filter(({ MetricStat }) => MetricStat !== undefined),
    );
    expect(counted).toHaveLength(Object.keys(functionsOf(template)).length);
  });

  test("the functions' own metrics are looked for under the name that the functions are told", () => {
    expect(alarms.MonitoringPostsThrottled).toMatchObject({
      Namespace: 'Pulsecast',
      MetricName: 'throttled',
      Dimensions: [{ Name: 'service', Value: 'Pulsecast' }],
    });
    expect(pick(functionsOf(template), 'broadcast', 'Environment', 'Variables')).toMatchObject({
      POWERTOOLS_SERVICE_NAME: 'Pulsecast',
      POWERTOOLS_METRICS_NAMESPACE: 'Pulsecast',
    });
  });

  test('without an address nobody is written to', () => {
    expect(ofType(template, 'AWS::SNS::Topic')).toEqual({});
    expect(ofType(template, 'AWS::Budgets::Budget')).toEqual({});
  });

  test('with an address every alarm, and the budget, write to it', () => {
    const email = 'ops@example.com';
    const small = synthesizeSmall({ ...smallProps, alarmEmail: email, budget: { monthlyUsd: 50, email } });
    expect(Object.values(ofType(small, 'AWS::SNS::Subscription'))).toMatchObject([
      { Protocol: 'email', Endpoint: email },
    ]);
    for (const alarm of Object.values(ofType(small, 'AWS::CloudWatch::Alarm'))) {
      expect(alarm.AlarmActions).toHaveLength(1);
    }
    const [budget] = Object.values(ofType(small, 'AWS::Budgets::Budget'));
    expect(budget).toMatchObject({
      Budget: { BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 50, Unit: 'USD' } },
      NotificationsWithSubscribers: [
        {
          Notification: { NotificationType: 'ACTUAL', Threshold: 80 },
          Subscribers: [{ SubscriptionType: 'EMAIL', Address: email }],
        },
        { Notification: { NotificationType: 'FORECASTED', Threshold: 100 } },
      ],
    });
  });
});

test('there is a dashboard', () => {
  expect(Object.keys(ofType(template, 'AWS::CloudWatch::Dashboard'))).toEqual(['MonitoringDashboard']);
});
