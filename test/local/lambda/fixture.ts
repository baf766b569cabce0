/** Runs the functions of a small app, with an HTTP server in the place of the front. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthorizer, createCallerOf } from '../../../local/iam/index.ts';
import { createLambdas, type FunctionLogLine, type LambdasOptions } from '../../../local/lambda/index.ts';
import type { Lambdas, ServiceReply, ServiceRequest } from '../../../local/ports.ts';
import { loadAssembly } from '../../../local/template/index.ts';
import { writeApp } from '../template/fixture.ts';

export interface Seen extends ServiceRequest {
  host: string;
}
export interface Running {
  lambdas: Lambdas;
  port: number;
  lines: FunctionLogLine[];
  metered: [string, string, number][];
  /** What functions sent to the server, other than Lambda's own API. */
  seen: Seen[];
  sent: { queueArn: string; body: string }[];
  [Symbol.asyncDispose](): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function run(
  resources: Record<string, object>,
  options: Partial<LambdasOptions> & {
    assets?: Record<string, Record<string, string> | Buffer>;
    answer?: (request: Seen) => ServiceReply | Promise<ServiceReply>;
  } = {},
): Promise<Running> {
  const { assets, answer = () => ({ status: 200, headers: {}, body: '{}' }), ...rest } = options;
  const app = await writeApp({ Test: { Resources: resources } }, assets);
  const assembly = loadAssembly(app.directory, { origin: 'http://localhost' });
  const callerOf = createCallerOf(assembly);
  const lines: FunctionLogLine[] = [];
  const metered: [string, string, number][] = [];
  const seen: Seen[] = [];
  const sent: { queueArn: string; body: string }[] = [];

  const server = createServer(async (request, response) => {
    const call: Seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: await bodyOf(request),
      caller: callerOf(request.headers.authorization),
      sourceIp: '127.0.0.1',
      host: request.headers.host ?? '',
    };
    const toLambda = call.url.startsWith('/2015-03-31/');
    if (!toLambda) seen.push(call);
    const reply = toLambda ? await lambdas.handle(call) : await answer(call);
    response.writeHead(reply.status, reply.headers).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const lambdas = createLambdas({
    assembly,
    accept: (socket) => void server.emit('connection', socket),
    authorize: createAuthorizer(assembly),
    meter: (...args) => metered.push(args),
    clock: Date.now,
    log: (line) => lines.push(line),
    send: async (queueArn, body) => {
      sent.push({ queueArn, body });
    },
    ...rest,
  });
  return {
    lambdas,
    port,
    lines,
    metered,
    seen,
    sent,
    async [Symbol.asyncDispose]() {
      await lambdas.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await app[Symbol.asyncDispose]();
    },
  };
}
