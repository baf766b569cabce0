/** Leads every TLS connection to an AWS host to the local cloud, without encryption. */
import { syncBuiltinESMExports } from 'node:module';
import type { Duplex } from 'node:stream';
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

/** What clients ask of a TLS socket and a plain one does not have. */
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
 * the local cloud which service is meant. `open` opens a connection to it.
 */
export function leadToLocalCloud(open: () => Duplex): void {
  const original = tls.connect as (...args: unknown[]) => tls.TLSSocket;
  const connect = (...args: unknown[]): unknown => {
    const { options, listener } = readArguments(args);
    const host = options.host ?? options.servername ?? '';
    if (!host.toLowerCase().endsWith('.amazonaws.com')) return original(...args);
    const socket = open();
    Object.assign(socket, tlsFace, { servername: options.servername ?? host });
    if (listener) socket.once('secureConnect', listener);
    process.nextTick(() => {
      socket.emit('connect');
      socket.emit('secureConnect');
    });
    return socket;
  };
  Object.assign(tls, { connect });
  syncBuiltinESMExports();
}
