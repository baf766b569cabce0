export { EventsError } from './errors.ts';
export { type MappingsOptions, type Running, startMappings } from './mappings.ts';
export { type SchedulesOptions, startSchedules } from './schedules.ts';
