/** Leads every TLS connection to an AWS host to the local cloud, as plain TCP. */
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

type Listener = () => void;

/** `tls.connect` takes (options), (port, options), (port, host, options), each with a listener at the end. */
function readArguments(args: unknown[]): { options: tls.ConnectionOptions; listener?: Listener } {
  const options: tls.ConnectionOptions = {};
  for (const arg of args) {
    if (typeof arg === 'string') options.host = arg;
    else if (typeof arg === 'object') Object.assign(options, arg);
  }
  const last = args.at(-1);
  return typeof last === 'function' ? { options, listener: last as Listener } : { options };
}

/** What clients ask of a TLS socket and a TCP socket does not have. */
const tlsFace = {
  encrypted: true,
  authorized: true,
  authorizationError: null,
  alpnProtocol: false,
  getPeerCertificate: () => ({}),
  getCipher: () => ({ name: 'none', standardName: 'none', version: 'none' }),
  getProtocol: () => 'TLSv1.3',
  getSession: () => undefined,
  isSessionReused: () => false,
  setServername: () => undefined,
};

/**
 * Replaces `tls.connect` for this thread. `node:https`, the SDK's request handler, `ws` and the built-in fetch all call
 * it as a property of the module, so that one replacement serves them all. The Host header, which is untouched, tells
 * the local cloud which service is meant.
 */
export function leadToLocalCloud(port: number): void {
  const original = tls.connect as (...args: unknown[]) => tls.TLSSocket;
  const connect = (...args: unknown[]): unknown => {
    const { options, listener } = readArguments(args);
    const host = options.host ?? options.servername ?? '';
    if (!host.toLowerCase().endsWith('.amazonaws.com')) return original(...args);
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    Object.assign(socket, tlsFace, { servername: options.servername ?? host });
    if (listener) socket.once('secureConnect', listener);
    return socket.once('connect', () => socket.emit('secureConnect'));
  };
  Object.assign(tls, { connect });
  syncBuiltinESMExports();
}
