import { region } from '../ports.ts';

/**
 * Replaces the addresses that AWS would have given by those of the local cloud: an execute-api endpoint by its path on
 * `origin`, a CloudFront distribution by `origin` itself (also where the bare host stands).
 *
 * @param origin e.g. `http://localhost:8787`
 */
export function mapOutputs(outputs: Record<string, string>, origin: string): Record<string, string> {
  const { protocol, host } = new URL(origin);
  const socketProtocol = protocol === 'https:' ? 'wss:' : 'ws:';
  const api = new RegExp(`(https|wss)://([a-z0-9]+)\\.execute-api\\.${region}\\.amazonaws\\.com`, 'g');
  const map = (value: string) =>
    value
      .replaceAll(api, (_whole, scheme: string, id: string) => {
        return `${scheme === 'wss' ? socketProtocol : protocol}//${host}/_aws/execute-api/${id}`;
      })
      .replaceAll(/(https|wss):\/\/[a-z0-9]+\.cloudfront\.net/g, (_whole, scheme: string) => {
        return `${scheme === 'wss' ? socketProtocol : protocol}//${host}`;
      })
      .replaceAll(/\b[a-z0-9]+\.cloudfront\.net\b/g, host);
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, map(value)]));
}
