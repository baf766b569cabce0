import { demos } from '../../domains/demos.ts';

/** The machines that simulators speak for. */
export function demoMachines(): string[] {
  return Object.values(demos).flatMap(({ machines = [] }) => [...machines]);
}
