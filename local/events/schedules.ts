/** EventBridge rules and Scheduler schedules that call functions in time. */
import { randomUUID } from 'node:crypto';
import { permits } from '../iam/permissions.ts';
import {
  type Assembly,
  type Authorize,
  account,
  type Clock,
  type Lambdas,
  type Resource,
  region,
} from '../ports.ts';
import { EventsError } from './errors.ts';
import type { Running } from './mappings.ts';
import { type NextTime, parseSchedule } from './schedule-expression.ts';

export interface SchedulesOptions {
  assembly: Assembly;
  lambdas: Pick<Lambdas, 'invokeAsync'>;
  authorize: Authorize;
  clock: Clock;
  log: (line: { functionName: string; line: string }) => void;
  /** Divides the time between two runs; default 1. */
  timeScale?: number;
}

/** One thing to do at certain times. */
interface Job {
  next: NextTime;
  /** @param time for which the run was scheduled, epoch milliseconds */
  run(time: number): void;
}

interface Target {
  Arn?: string;
  Input?: string;
  RoleArn?: string;
}

/** The longest wait that a Node timer can hold. */
const maxTimerMs = 2 ** 31 - 1;

const functionNameOf = (arn: string) => arn.split('function:').at(-1)?.split(':')[0] ?? arn;
const isoSeconds = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

function scheduledEvent(source: string, resource: string, time: number): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source,
    account,
    time: isoSeconds(time),
    region,
    resources: [resource],
    detail: source === 'aws.scheduler' ? '{}' : {},
  };
}

/** The placeholders that Scheduler fills into an input. */
function fillInput(input: string, scheduleArn: string, time: number): string {
  const values: Record<string, string> = {
    'aws.scheduler.schedule-arn': scheduleArn,
    'aws.scheduler.scheduled-time': isoSeconds(time),
    'aws.scheduler.execution-id': randomUUID(),
    'aws.scheduler.attempt-number': '1',
  };
  return input.replaceAll(/<(aws\.scheduler\.[a-z-]+)>/g, (whole, name: string) => values[name] ?? whole);
}

const parse = (resource: Resource, expression: unknown): NextTime => {
  try {
    return parseSchedule(String(expression));
  } catch (error) {
    throw new EventsError(`${resource.logicalId}: ${error instanceof Error ? error.message : error}`);
  }
};
const enabled = ({ properties }: Resource) => (properties.State ?? 'ENABLED') !== 'DISABLED';

function ruleJobs({ assembly, lambdas, log }: SchedulesOptions): Job[] {
  return assembly
    .ofType('AWS::Events::Rule')
    .filter((rule) => rule.properties.ScheduleExpression !== undefined && enabled(rule))
    .map((rule) => {
      const ruleArn = rule.attributes.Arn ?? rule.physicalId;
      const run = (time: number) => {
        for (const { Arn = '', Input } of (rule.properties.Targets ?? []) as Target[]) {
          const functionName = functionNameOf(Arn);
          const write = (line: string) => log({ functionName, line: `${rule.logicalId}: ${line}` });
          if (!Arn.includes(':lambda:')) write(`the local cloud calls functions only, not ${Arn}`);
          else if (!permits(assembly, Arn, 'events.amazonaws.com', ruleArn)) {
            write(`not called: no AWS::Lambda::Permission for events.amazonaws.com from ${ruleArn}`);
          } else {
            const event =
              Input === undefined ? scheduledEvent('aws.events', ruleArn, time) : JSON.parse(Input);
            lambdas.invokeAsync(Arn, event);
          }
        }
      };
      return { next: parse(rule, rule.properties.ScheduleExpression), run };
    });
}

function schedulerJobs({ assembly, lambdas, authorize, log }: SchedulesOptions): Job[] {
  return assembly
    .ofType('AWS::Scheduler::Schedule')
    .filter(enabled)
    .map((schedule) => {
      const scheduleArn = schedule.attributes.Arn ?? schedule.physicalId;
      const { Arn = '', Input, RoleArn = '' } = (schedule.properties.Target ?? {}) as Target;
      const functionName = functionNameOf(Arn);
      const write = (line: string) => log({ functionName, line: `${schedule.logicalId}: ${line}` });
      const zone = schedule.properties.ScheduleExpressionTimezone ?? 'UTC';
      if (!['UTC', 'Etc/UTC', 'GMT'].includes(String(zone))) write(`runs in UTC, not in ${zone}`);
      const run = (time: number) => {
        try {
          if (!Arn.includes(':lambda:'))
            throw new EventsError(`the local cloud calls functions only, not ${Arn}`);
          authorize({ roleArn: RoleArn, functionName: 'scheduler' }, 'lambda:InvokeFunction', Arn);
          const event =
            Input === undefined
              ? scheduledEvent('aws.scheduler', scheduleArn, time)
              : JSON.parse(fillInput(Input, scheduleArn, time));
          lambdas.invokeAsync(Arn, event);
        } catch (error) {
          write(`not called: ${error instanceof Error ? error.message : error}`);
        }
      };
      return { next: parse(schedule, schedule.properties.ScheduleExpression), run };
    });
}

/**
 * Starts every enabled schedule. Rules need the function's `AWS::Lambda::Permission`, Scheduler its role's grant. The
 * schedules see a time that runs `timeScale` times as fast as the clock, so that the scale holds for `cron` too. Runs
 * that were missed (the machine slept) are left out. `idle` has nothing to wait for: a run is an asynchronous
 * invocation, which `Lambdas.idle` awaits. Throws `EventsError` for an expression that is not supported.
 */
export function startSchedules(options: SchedulesOptions): Running {
  const { clock, timeScale = 1 } = options;
  const timers = new Set<NodeJS.Timeout>();
  const startedAt = clock();
  const now = () => startedAt + (clock() - startedAt) * timeScale;

  const wait = (ms: number, then: () => void) => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        if (ms > maxTimerMs) wait(ms - maxTimerMs, then);
        else then();
      },
      Math.min(ms, maxTimerMs),
    );
    timers.add(timer);
  };
  const plan = (job: Job, after: number) => {
    const next = job.next(after);
    const time = next !== undefined && next < now() ? job.next(now()) : next;
    if (time === undefined) return;
    wait((time - now()) / timeScale, () => {
      job.run(time);
      plan(job, time);
    });
  };
  for (const job of [...ruleJobs(options), ...schedulerJobs(options)]) plan(job, startedAt);

  return {
    idle: () => Promise.resolve(),
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      return Promise.resolve();
    },
  };
}
