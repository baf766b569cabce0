/** People on the floor. Each is an item of exactly one line, so nobody can be on two at once. */
import * as v from 'valibot';
import { id, rev, text } from '../../../core/fields.ts';
import { conflict, found, free, fresh, invalid } from '../../../core/rules.ts';
import { isAdmin, leads, worksAt } from '../access.ts';
import { employeeRoles } from '../codes.ts';
import { claims, lineOf, plant } from '../partitions.ts';
import { restMs, workedAt } from '../worktime.ts';
import { command } from './command.ts';

const claimOf = (employee: string) => `employee.${employee}`;

export const addEmployee = command({
  input: v.strictObject({
    line: id,
    employee: id,
    name: text(60),
    role: v.picklist(employeeRoles),
    badge: v.pipe(v.string(), v.regex(/^[A-Z0-9-]{1,20}$/, 'must be 1 to 20 of A-Z, 0-9 and -')),
  }),
  reads: ({ line, employee }) => [
    { partition: plant, entity: 'line', key: line },
    { partition: claims, entity: 'claim', key: claimOf(employee) },
  ],
  allow: (principal) => isAdmin(principal),
  run: (state, { line, employee, ...person }) => {
    found(state.get('line', line), 'line');
    free(state.get('claim', claimOf(employee)), 'person');
    return {
      writes: [
        { op: 'create', ref: { entity: 'claim', partition: claims, key: claimOf(employee) }, data: { line } },
        {
          op: 'create',
          ref: { entity: 'employee', partition: lineOf(line), key: employee },
          data: { ...person, line, onFloor: false, workedMs: 0 },
        },
      ],
    };
  },
});

export const clockIn = command({
  input: v.strictObject({ line: id, employee: id, rev }),
  reads: ({ line, employee }) => [
    { partition: lineOf(line), entity: 'employee', key: employee },
    { partition: lineOf(line), entity: 'shift' },
  ],
  allow: (principal, { line }) => worksAt(principal, line),
  run: (state, input, { now }) => {
    const was = fresh(found(state.get('employee', input.employee), 'person on this line'), input.rev);
    if (was.data.onFloor) throw conflict('This person is on the floor already.', was);
    const { shift: _before, ...person } = was.data;
    const [shift] = state.list('shift');
    const rested = person.since === undefined || now - person.since >= restMs;
    const data = {
      ...person,
      onFloor: true,
      since: now,
      workedMs: rested ? 0 : person.workedMs,
      ...(shift === undefined ? {} : { shift: shift.key }),
    };
    return { writes: [{ op: 'update', was, data }] };
  },
});

export const clockOut = command({
  input: v.strictObject({ line: id, employee: id, rev }),
  reads: ({ line, employee }) => [{ partition: lineOf(line), entity: 'employee', key: employee }],
  allow: (principal, { line }) => worksAt(principal, line),
  run: (state, input, { now }) => {
    const was = fresh(found(state.get('employee', input.employee), 'person on this line'), input.rev);
    if (!was.data.onFloor) throw conflict('This person is not on the floor.', was);
    const workedMs = workedAt(was.data, now);
    return {
      writes: [{ op: 'update', was, data: { ...was.data, onFloor: false, since: now, workedMs } }],
      result: { workedMs },
    };
  },
});

/** Moves a person to another line, work time and all. For who leads both. */
export const moveEmployee = command({
  input: v.strictObject({ line: id, employee: id, to: id, rev }),
  reads: ({ line, employee, to }) => [
    { partition: lineOf(line), entity: 'employee', key: employee },
    { partition: plant, entity: 'line', key: to },
    { partition: claims, entity: 'claim', key: claimOf(employee) },
  ],
  allow: (principal, { line, to }) => leads(principal, line) && leads(principal, to),
  run: (state, { employee, line, to, rev: seen }) => {
    if (to === line) throw invalid('to', 'must be another line');
    const target = state.get('line', to);
    if (target === undefined) throw invalid('to', 'is not a line');
    const was = fresh(found(state.get('employee', employee), 'person on this line'), seen);
    const claim = found(state.get('claim', claimOf(employee)), 'person');
    const { shift: _before, ...person } = was.data;
    const shift = person.onFloor ? target.data.shift : undefined;
    return {
      writes: [
        { op: 'remove', was },
        {
          op: 'create',
          ref: { entity: 'employee', partition: lineOf(to), key: employee },
          data: { ...person, line: to, ...(shift === undefined ? {} : { shift }) },
        },
        { op: 'update', was: claim, data: { line: to } },
      ],
    };
  },
});
