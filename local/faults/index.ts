export { createFaults, type Faults } from './faults.ts';
export { FaultError, type FaultKind, type FaultPlan, type FaultRule, faultKinds, readPlan } from './kinds.ts';
