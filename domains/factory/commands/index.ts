/** The commands of the factory by their names in the HTTP API. */
import { acknowledgeAndon, callAndon, cancelAndon, resolveAndon } from './andon.ts';
import { qualifyDowntime } from './downtimes.ts';
import { setLeads } from './leads.ts';
import { assignMachine, setIdealRate, setMachineStatus } from './machines.ts';
import { addEmployee, clockIn, clockOut, moveEmployee } from './people.ts';
import { addLine, addMachine, addSite } from './plant.ts';
import { correctScrap, reportScrap } from './scrap.ts';
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
  'set-leads': setLeads,
  'set-ideal-rate': setIdealRate,
  'report-scrap': reportScrap,
  'correct-scrap': correctScrap,
  'qualify-downtime': qualifyDowntime,
  'call-andon': callAndon,
  'acknowledge-andon': acknowledgeAndon,
  'resolve-andon': resolveAndon,
  'cancel-andon': cancelAndon,
};
