/** Commands as people give them: sent again, with the same key, until the answer is definite. */
import { setTimeout as pause } from 'node:timers/promises';
import { ApiProblem } from '../../bin/api.ts';
import type { Plant, User } from './plant.ts';
import { oversees, worksAt } from './rules.ts';
import type { Step } from './scenario.ts';
import { idOf, type Truth } from './truth.ts';

type CommandStep = Extract<Step, { kind: 'command' }>;

export interface Order {
  step: CommandStep;
  user: User;
  input: Record<string, unknown>;
  /** Stands in what the command writes, and nowhere else. */
  tag: string;
  /** Whether the rules let this user do it. */
  allowed: boolean;
  /** The status of the definite answer. */
  status: number;
  answer: { rev?: number; result?: { event?: string; shift?: string } };
  /** An attempt whose outcome nobody knows came before. */
  unsure: boolean;
}

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('There is nothing to choose from.');
  return found;
};

/** The order that a step stands for. `reported`: the security events known so far. */
export function orderOf(step: CommandStep, plant: Plant, tag: string, reported: readonly string[]): Order {
  const user = plant.users[step.user];
  const line = at(plant.lines, step.line);
  const other = at(plant.lines, step.line + 1);
  const machine = at(
    plant.machines.filter((id) => id.startsWith(`m-${line}`)),
    step.item,
  );
  const employee = at(plant.employees, step.item);
  const { site } = plant;
  const inputs: Record<CommandStep['command'], Record<string, unknown>> = {
    'set-machine-status': {
      line,
      machine,
      note: tag,
      ...at(
        [{ status: 'maintenance' }, { status: 'down', reason: 'electrical' }, { status: 'idle' }],
        step.choice,
      ),
    },
    'assign-machine': { line, machine, employee: step.choice % 3 === 0 ? null : employee },
    'start-shift': { line, title: tag, lead: 'Lead', hours: 8, target: 100 },
    'end-shift': { line },
    'set-target': { line, target: 1000 + step.choice },
    'clock-in': { line, employee },
    'clock-out': { line, employee },
    'move-employee': { line, employee, to: other },
    'report-security': { site, kind: at(['door', 'access_denied', 'alarm'], step.choice), place: tag },
    'acknowledge-security': {
      site,
      event: reported.length > 0 ? at(reported, step.choice) : 'none',
      answer: tag,
    },
  };
  const rights: Record<CommandStep['command'], () => boolean> = {
    'set-machine-status': () => worksAt(user, line),
    'assign-machine': () => worksAt(user, line),
    'start-shift': () => worksAt(user, line, true),
    'end-shift': () => worksAt(user, line, true),
    'set-target': () => worksAt(user, line, true),
    'clock-in': () => worksAt(user, line),
    'clock-out': () => worksAt(user, line),
    'move-employee': () => worksAt(user, line, true) && worksAt(user, other, true),
    'report-security': () => oversees(user, site),
    'acknowledge-security': () => oversees(user, site),
  };
  const allowed = rights[step.command]();
  return { step, user, input: inputs[step.command], tag, allowed, status: 0, answer: {}, unsure: false };
}

/** Sends until the answer says what became of it. */
export async function carryOut(order: Order): Promise<void> {
  const { step, user, input, tag } = order;
  for (let attempt = 0; ; attempt += 1) {
    try {
      order.answer = await user.api.call('POST', `commands/factory/${step.command}`, input, {
        'idempotency-key': tag,
      });
      order.status = 200;
      return;
    } catch (error) {
      const status = error instanceof ApiProblem ? error.status : 0;
      const passing = status === 0 || status === 429 || status >= 500;
      if (!passing || attempt > 200) {
        order.status = status;
        return;
      }
      order.unsure = true;
      await pause(20);
    }
  }
}

/** What is wrong with what became of an order, given all that ever was in the table. */
export function faultOf(order: Order, truth: Truth): string | undefined {
  const { step, input, tag, allowed, status, answer, unsure } = order;
  const told = `${step.command} ${JSON.stringify(input)} by ${step.user}: ${status}`;
  if (status === 0 || status >= 500 || status === 429) return `${told}, never definite`;
  if (status === 403 && allowed) return `${told}, though allowed`;
  if (status !== 403 && !allowed) return `${told}, though not allowed`;
  // The report that ends a shift takes over its title.
  const traces = truth.keysWhere(
    ({ entity, data }) => entity !== 'report' && Object.values(data).includes(tag),
  ).size;
  const made = step.command === 'report-security' || step.command === 'start-shift';
  if (made && traces > 1) return `${told}, done ${traces} times`;
  if (status !== 200) return traces > 0 && !unsure ? `${told}, and done all the same` : undefined;
  if ('note' in input || made || 'answer' in input) {
    if (traces === 0) return `${told}, and nothing came of it`;
  }
  const item = 'machine' in input ? 'machine' : 'employee' in input ? 'employee' : undefined;
  if (item === undefined || step.command === 'move-employee') return undefined;
  const versions = truth.versions.get(idOf({ entity: item, key: String(input[item]) })) ?? [];
  return versions.some(({ rev }) => rev === answer.rev) ? undefined : `${told}, rev ${answer.rev} never was`;
}
