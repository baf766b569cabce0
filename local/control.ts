import { FaultError, type Faults, readPlan } from './faults/index.ts';
import type { Gateway } from './gateway/gateway.ts';
import { decode, json, splitUrl } from './gateway/wire.ts';
import type { MeterTotals } from './metering.ts';
import type { ServiceReply, ServiceRequest } from './ports.ts';

export interface ControlOptions {
  outputs: Record<string, string>;
  totals(): MeterTotals;
  gateway: Pick<Gateway, 'connections' | 'closeConnection'>;
  faults: Faults;
}

const empty: ServiceReply = { status: 204, headers: {}, body: '' };

/** Puts faults in force. The body is a plan, as `local/faults/kinds.ts` has it. */
function putFaults(faults: Faults, body: Buffer): ServiceReply {
  try {
    faults.set(readPlan(JSON.parse(body.toString())));
    return empty;
  } catch (error) {
    if (!(error instanceof FaultError || error instanceof SyntaxError)) throw error;
    return json(400, { message: error.message });
  }
}

/**
 * The local cloud's own interface: `GET /_local/health`, `/_local/outputs`, `/_local/meter`, `/_local/connections`, and
 * `DELETE /_local/connections/{id}`, or without the id all of them at once; `GET`, `PUT` and `DELETE /_local/faults`.
 * Undefined for any other path.
 */
export function createControl({ outputs, totals, gateway, faults }: ControlOptions) {
  return ({ method, url, body }: ServiceRequest): ServiceReply | undefined => {
    const [, , name = '', id] = splitUrl(url).path.split('/');
    if (name === 'connections' && method === 'DELETE') {
      if (id === undefined) {
        const open = gateway.connections().filter((connection) => gateway.closeConnection(connection.id));
        return json(200, { closed: open.length });
      }
      const closed = gateway.closeConnection(decode(id));
      return closed ? empty : json(404, { message: 'Not Found' });
    }
    if (name === 'faults' && id === undefined && method === 'PUT') return putFaults(faults, body);
    if (name === 'faults' && id === undefined && method === 'DELETE') {
      faults.set({});
      return empty;
    }
    if (id !== undefined || (method !== 'GET' && method !== 'HEAD')) return undefined;
    switch (name) {
      case 'health':
        return json(200, { status: 'ok' });
      case 'outputs':
        return json(200, outputs);
      case 'meter':
        return json(200, totals());
      case 'connections':
        return json(200, gateway.connections());
      case 'faults':
        return json(200, { plan: faults.plan, struck: faults.struck });
      default:
        return undefined;
    }
  };
}
