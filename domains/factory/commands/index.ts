/** The commands of the factory by their names in the HTTP API. */
import { assignMachine, setMachineStatus } from './machines.ts';
import { addEmployee, clockIn, clockOut, moveEmployee } from './people.ts';
import { addLine, addMachine, addSite } from './plant.ts';
import { acknowledgeSecurity, reportSecurity } from './security.ts';
import { endShift, setTarget, startShift } from './shifts.ts';

export const commands = {
  'add-site': addSite,
  'add-line': addLine,
  'add-machine': addMachine,
  'add-employee': addEmployee,
  'set-machine-status': setMachineStatus,
  'assign-machine': assignMachine,
  'start-shift': startShift,
  'end-shift': endShift,
  'set-target': setTarget,
  'clock-in': clockIn,
  'clock-out': clockOut,
  'move-employee': moveEmployee,
  'report-security': reportSecurity,
  'acknowledge-security': acknowledgeSecurity,
};
