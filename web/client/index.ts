import { buildClient } from './client.ts';
import { createConnection } from './connection.ts';
import type { Client, ClientOptions, Entities } from './types.ts';

export { browserEnvironment } from './environment.ts';
export type * from './types.ts';

/**
 * Makes a client with a socket of its own and connects at once; where there is no `WebSocket` it polls in the end. Throws
 * when `live` is not a URL. `E`: the data of each entity, such as `createClient<{ machine: Machine; shift: Shift }>(...)`.
 */
export function createClient<E extends object = Entities>(given: ClientOptions): Client<E> {
  return buildClient(given, createConnection);
}
