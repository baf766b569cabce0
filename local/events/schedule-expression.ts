/** `rate(...)`, `cron(...)` and `at(...)` of EventBridge, in UTC. */
import { EventsError } from './errors.ts';

/** The first time after `time` (both epoch milliseconds); undefined when there is none. */
export type NextTime = (time: number) => number | undefined;

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  low: number;
  high: number;
  /** Names that stand for numbers from `low` on. */
  names?: readonly string[];
}
const fields = {
  minute: { low: 0, high: 59 },
  hour: { low: 0, high: 23 },
  dayOfMonth: { low: 1, high: 31 },
  month: { low: 1, high: 12, names: months },
  dayOfWeek: { low: 1, high: 7, names: days },
  year: { low: 1970, high: 2199 },
} satisfies Record<string, Field>;

/** `*`, `?`, numbers, names, ranges, lists and steps. Undefined means any. */
function parseField(text: string, { low, high, names }: Field): Set<number> | undefined {
  if (text === '*' || text === '?') return undefined;
  const number = (part: string) => {
    const named = names?.indexOf(part.toUpperCase()) ?? -1;
    const value = named >= 0 ? named + low : /^\d+$/.test(part) ? Number(part) : Number.NaN;
    if (!(value >= low && value <= high)) throw new EventsError(`${part} is not supported in a cron field`);
    return value;
  };
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const [range = '', step] = item.split('/');
    const [from = '', to] = range.split('-');
    const first = from === '*' ? low : number(from);
    const last = to !== undefined ? number(to) : step !== undefined || from === '*' ? high : first;
    for (let value = first; value <= last; value += Number(step ?? 1) || 1) values.add(value);
  }
  return values;
}

function cron(text: string): NextTime {
  const parts = text.trim().split(/\s+/);
  const definitions: Field[] = Object.values(fields);
  if (parts.length !== definitions.length) throw new EventsError(`cron(${text}) needs six fields`);
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = parts.map((part, index) => {
    return parseField(part, definitions[index] ?? fields.minute);
  });
  const has = (values: Set<number> | undefined, value: number) => values === undefined || values.has(value);

  return (time) => {
    const at = new Date(time);
    at.setUTCSeconds(0, 0);
    at.setUTCMinutes(at.getUTCMinutes() + 1);
    while (at.getUTCFullYear() <= fields.year.high) {
      if (!has(year, at.getUTCFullYear())) {
        at.setUTCFullYear(at.getUTCFullYear() + 1, 0, 1);
        at.setUTCHours(0, 0);
      } else if (!has(month, at.getUTCMonth() + 1)) {
        at.setUTCMonth(at.getUTCMonth() + 1, 1);
        at.setUTCHours(0, 0);
      } else if (!has(dayOfMonth, at.getUTCDate()) || !has(dayOfWeek, at.getUTCDay() + 1)) {
        at.setUTCDate(at.getUTCDate() + 1);
        at.setUTCHours(0, 0);
      } else if (!has(hour, at.getUTCHours())) {
        at.setUTCHours(at.getUTCHours() + 1, 0);
      } else if (!has(minute, at.getUTCMinutes())) {
        at.setUTCMinutes(at.getUTCMinutes() + 1);
      } else {
        return at.getTime();
      }
    }
    return undefined;
  };
}

/**
 * Parses a schedule. Cron fields are minute, hour, day of month, month, day of week (1 = Sunday), year; `L`, `W` and `#`
 * are not supported. Throws `EventsError`.
 */
export function parseSchedule(expression: string): NextTime {
  const [, kind, inside = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'cron') return cron(inside);
  if (kind === 'at') {
    const once = Date.parse(`${inside}Z`);
    if (!Number.isNaN(once)) return (time) => (time < once ? once : undefined);
  }
  if (kind === 'rate') {
    const [, count, unit] = /^(\d+)\s+(minute|hour|day)s?$/.exec(inside.trim()) ?? [];
    const period = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN);
    if (period > 0) return (time) => time + period;
  }
  throw new EventsError(`the schedule ${expression} is not supported`);
}
