import type { Gateway } from './gateway/gateway.ts';
import { decode, json, splitUrl } from './gateway/wire.ts';
import type { MeterTotals } from './metering.ts';
import type { ServiceReply, ServiceRequest } from './ports.ts';

export interface ControlOptions {
  outputs: Record<string, string>;
  totals(): MeterTotals;
  gateway: Pick<Gateway, 'connections' | 'closeConnection'>;
}

/**
 * The local cloud's own interface: `GET /_local/health`, `/_local/outputs`, `/_local/meter`, `/_local/connections`, and
 * `DELETE /_local/connections/{id}`. Undefined for any other path.
 */
export function createControl({ outputs, totals, gateway }: ControlOptions) {
  return ({ method, url }: ServiceRequest): ServiceReply | undefined => {
    const [, , name = '', id] = splitUrl(url).path.split('/');
    if (name === 'connections' && id !== undefined && method === 'DELETE') {
      const closed = gateway.closeConnection(decode(id));
      return closed ? { status: 204, headers: {}, body: '' } : json(404, { message: 'Not Found' });
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
      default:
        return undefined;
    }
  };
}
