export { createClient } from './client.ts';
export { browserEnvironment } from './environment.ts';
export type * from './types.ts';
