export { createFaults, type Faults } from './faults.ts';
export {
  FaultError,
  type FaultKind,
  type FaultPlan,
  type FaultRule,
  faultKinds,
  planOf,
  readPlan,
} from './kinds.ts';
