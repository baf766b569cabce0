import { describe, expect, test } from 'vitest';
import { startSchedules } from '../../../local/events/index.ts';
import { parseSchedule } from '../../../local/events/schedule-expression.ts';
import { createAuthorizer } from '../../../local/iam/index.ts';
import { loadAssembly } from '../../../local/template/index.ts';
import { allow, lambda, role, writeApp } from '../template/fixture.ts';

const at = (text: string) => Date.parse(text);
const runs = (expression: string, from: string, count = 1) => {
  const next = parseSchedule(expression);
  const times: string[] = [];
  let time: number | undefined = at(from);
  while (times.length < count) {
    time = next(time);
    if (time === undefined) break;
    times.push(new Date(time).toISOString().replace(':00.000Z', 'Z'));
  }
  return times;
};

describe('schedule expressions', () => {
  test('rate', () => {
    expect(runs('rate(1 minute)', '2026-01-01T00:00:00Z', 2)).toEqual([
      '2026-01-01T00:01Z',
      '2026-01-01T00:02Z',
    ]);
    expect(runs('rate(3 hours)', '2026-01-01T00:00:00Z')).toEqual(['2026-01-01T03:00Z']);
    expect(runs('rate(2 days)', '2026-01-01T00:00:00Z')).toEqual(['2026-01-03T00:00Z']);
  });

  test.each<[string, string, string[]]>([
    ['cron(* * * * ? *)', '2026-01-01T00:00:30Z', ['2026-01-01T00:01Z', '2026-01-01T00:02Z']],
    ['cron(0/15 * * * ? *)', '2026-01-01T00:15:00Z', ['2026-01-01T00:30Z', '2026-01-01T00:45Z']],
    ['cron(0 9-11/2 * * ? *)', '2026-01-01T10:00:00Z', ['2026-01-01T11:00Z', '2026-01-02T09:00Z']],
    ['cron(30 6 ? * MON-FRI *)', '2026-01-02T07:00:00Z', ['2026-01-05T06:30Z', '2026-01-06T06:30Z']],
    ['cron(0 0 ? * 1,7 *)', '2026-01-01T00:00:00Z', ['2026-01-03T00:00Z', '2026-01-04T00:00Z']],
    ['cron(0 0 31 * ? *)', '2026-01-31T00:00:00Z', ['2026-03-31T00:00Z', '2026-05-31T00:00Z']],
    ['cron(0 0 29 FEB ? *)', '2026-01-01T00:00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']],
    ['cron(0 12 1 1 ? 2027)', '2026-06-01T00:00:00Z', ['2027-01-01T12:00Z']],
    ['at(2027-01-01T10:00:00)', '2026-06-01T00:00:00Z', ['2027-01-01T10:00Z']],
  ])('%s after %s', (expression, from, expected) => {
    expect(runs(expression, from, 2)).toEqual(expected);
  });

  test.each([
    'rate(0 minutes)',
    'rate(5 fortnights)',
    'cron(* * *)',
    'cron(0 0 L * ? *)',
    'cron(99 * * * ? *)',
    'daily',
  ])('%s is refused', (expression) => {
    expect(() => parseSchedule(expression)).toThrow(/not supported|needs six fields/);
  });
});

async function schedule(resources: Record<string, object>, wanted: number) {
  await using app = await writeApp({
    Test: { Resources: { Role: role('r'), F: lambda('f', ''), ...resources } },
  });
  const assembly = loadAssembly(app.directory, { origin: 'http://localhost' });
  const lines: string[] = [];
  const calls: [string, unknown][] = [];
  const enough = Promise.withResolvers<void>();
  const count = () => {
    if (calls.length + lines.length >= wanted) enough.resolve();
  };
  const schedules = startSchedules({
    assembly,
    lambdas: {
      invokeAsync(arn, event) {
        calls.push([arn, event]);
        count();
      },
    },
    authorize: createAuthorizer(assembly),
    // A clock that stands still: no run is ever missed, however slow the machine.
    clock: () => Date.UTC(2026, 0, 1),
    log: ({ line }) => {
      lines.push(line);
      count();
    },
    timeScale: 3000,
  });
  await enough.promise;
  await schedules.close();
  return { calls, lines };
}

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const rule = (more: object = {}) => ({
  Type: 'AWS::Events::Rule',
  Properties: {
    Name: 'tick',
    ScheduleExpression: 'rate(1 minute)',
    Targets: [{ Id: 'a', Arn: { 'Fn::GetAtt': ['F', 'Arn'] } }],
    ...more,
  },
});
const permission = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: 'F' },
    Principal: 'events.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': ['R', 'Arn'] },
  },
};
const timed = (roleName: string, more: object = {}) => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: {
    Name: 'nightly',
    ScheduleExpression: 'rate(1 minute)',
    Target: { Arn: { 'Fn::GetAtt': ['F', 'Arn'] }, RoleArn: { 'Fn::GetAtt': [roleName, 'Arn'] }, ...more },
  },
});

describe('schedules', () => {
  test('a rule calls its function again and again with EventBridge’s event', async () => {
    const { calls } = await schedule({ R: rule(), P: permission }, 2);
    expect(calls[0]).toEqual([
      arn,
      {
        version: '0',
        id: expect.any(String),
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        account: '000000000000',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region: 'us-east-1',
        resources: ['arn:aws:events:us-east-1:000000000000:rule/tick'],
        detail: {},
      },
    ]);
    const times = calls.map(([, event]) => at((event as { time: string }).time));
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(60_000);
  });

  test('an input replaces the event, and without the permission nothing is called', async () => {
    const Targets = [{ Id: 'a', Arn: { 'Fn::GetAtt': ['F', 'Arn'] }, Input: '{"a":1}' }];
    expect((await schedule({ R: rule({ Targets }), P: permission }, 1)).calls[0]).toEqual([arn, { a: 1 }]);
    const { calls, lines } = await schedule({ R: rule() }, 1);
    expect(calls).toEqual([]);
    expect(lines[0]).toMatch(/^R: not called: no AWS::Lambda::Permission for events.amazonaws.com/);
  });

  test('Scheduler fills its placeholders and needs its role’s grant', async () => {
    const Input = '{"from":"<aws.scheduler.schedule-arn>","other":"<x>"}';
    const Granted = role('granted', [allow('lambda:InvokeFunction', arn)]);
    const { calls } = await schedule({ Granted, S: timed('Granted', { Input }) }, 1);
    expect(calls[0]).toEqual([
      arn,
      { from: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/nightly', other: '<x>' },
    ]);
    const refused = await schedule({ S: timed('Role') }, 1);
    expect(refused.calls).toEqual([]);
    expect(refused.lines[0]).toContain('not authorized to perform: lambda:InvokeFunction');
  });

  test('a disabled schedule never runs and a broken one is named', async () => {
    const { calls } = await schedule(
      { R: rule(), P: permission, S: timed('Role'), Off: rule({ State: 'DISABLED', Name: 'off' }) },
      3,
    );
    expect(JSON.stringify(calls)).not.toContain('rule/off');
    await expect(schedule({ R: rule({ ScheduleExpression: 'cron(1)' }) }, 1)).rejects.toThrow(
      'R: cron(1) needs six fields',
    );
  });
});
