import { mkdirSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { createControl } from './control.ts';
import { createDynamoDb, type LocalDynamoDb } from './dynamodb/index.ts';
import { createEdge } from './edge/edge.ts';
import { type Running, startMappings, startSchedules } from './events/index.ts';
import { createFaults, type FaultPlan, type Faults } from './faults/index.ts';
import { dynamoDbFaults, gatewayFaults, lambdaFaults, streamFaults } from './faults/parts.ts';
import { createFront, type Front, type Mount } from './front.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import type { GatewayLimits } from './gateway/limits.ts';
import { json, rawReply } from './gateway/wire.ts';
import { createAuthorizer, createCallerOf, permits } from './iam/index.ts';
import { createLambdas } from './lambda/index.ts';
import { type Listener, listen } from './listen.ts';
import { createMetering, type MeterTotals } from './metering.ts';
import type { Assembly, Clock, Lambdas } from './ports.ts';
import { createQueues } from './sqs/index.ts';
import { loadAssembly, mapOutputs } from './template/index.ts';

/** One line of the log. `platform` lines are Lambda's own (START, REPORT). */
export interface CloudLogLine {
  /** The function's name, or `local` for the local cloud itself. */
  source: string;
  line: string;
  platform: boolean;
}

export interface CloudOptions {
  /** Folder of the synthesized app (`cdk.out`). */
  assembly: string;
  /** 0 takes a free port. */
  port: number;
  /** @default '127.0.0.1', with `::1` beside it where the machine has IPv6 */
  host?: string;
  /** Folder in which tables and queues are kept over restarts. @default nothing is kept */
  data?: string;
  /** Keeps nothing, whatever `data` says. @default false */
  memory?: boolean;
  /** Values of the template's parameters; `{origin}` in a value becomes the local cloud's address. */
  parameters?: Readonly<Record<string, string>>;
  /** Handlers beside the app, by path prefix. */
  mounts?: readonly Mount[];
  /** Divides the gateway's timers, the waits between retries and the periods of schedules. @default 1 */
  timeScale?: number;
  limits?: Partial<GatewayLimits>;
  /** Faults to inject from the start; `Cloud.faults` changes them. @default none */
  faults?: FaultPlan;
  /** How often a stream mapping looks for records, in milliseconds; Lambda's own pace is 250. @default at once */
  pollMs?: number;
  /** @default Date.now */
  clock?: Clock;
  /** @default nothing is logged */
  log?: (line: CloudLogLine) => void;
}

/** A running local cloud. */
export interface Cloud {
  /** `http://localhost:PORT` */
  origin: string;
  port: number;
  assembly: Assembly;
  /** The template's outputs with local addresses. */
  outputs: Record<string, string>;
  dynamodb: LocalDynamoDb;
  lambdas: Lambdas;
  /** Lists and closes WebSocket connections. */
  gateway: Pick<Gateway, 'connections' | 'closeConnection'>;
  /** The faults in force, to be changed at any time. */
  faults: Faults;
  /** What AWS would bill so far. */
  meter(): MeterTotals;
  /** Resolves when no function runs or waits to be retried and no stream record waits for its function. */
  idle(): Promise<void>;
  /** Stops everything and frees the port. */
  close(): Promise<void>;
}

const starting = json(503, { message: 'The local cloud is starting' }, { 'retry-after': '1' });

/** Answers 503 until there is a front. */
const handlersOf = (front: () => Front | undefined): Front => ({
  request(request, response) {
    const ready = front();
    if (ready) ready.request(request, response);
    else response.writeHead(starting.status, starting.headers).end(starting.body);
  },
  upgrade(request, socket, head) {
    const ready = front();
    if (ready) ready.upgrade(request, socket, head);
    else socket.end(rawReply(starting));
  },
});

/** Closes in reverse order of opening, all of them even when one fails; the first failure is thrown. */
function createClosers() {
  const closers: (() => unknown)[] = [];
  let closing: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const close of closers.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  return {
    add: (close: () => unknown) => void closers.push(close),
    close: (): Promise<void> => {
      closing ??= run();
      return closing;
    },
  };
}

/** Joins the parts of the local cloud, and notes for each how it is closed. */
async function join(
  options: CloudOptions,
  { port, accept }: Listener,
  onClose: (close: () => unknown) => void,
): Promise<{ front: Front; cloud: Omit<Cloud, 'close' | 'idle'>; startEvents(): Running[] }> {
  const { clock = Date.now, timeScale = 1, log = () => {} } = options;
  const faults = createFaults(options.faults);
  const say = (line: string): void => log({ source: 'local', line, platform: false });
  const origin = `http://localhost:${port}`;
  const assembly = loadAssembly(options.assembly, { parameters: options.parameters ?? {}, origin });
  const authorize = createAuthorizer(assembly, say);
  const { meter, totals } = createMetering(clock);

  const path = options.memory || options.data === undefined ? undefined : joinPath(options.data, 'dynamodb');
  if (path !== undefined) mkdirSync(path, { recursive: true });
  const dynamodb = await createDynamoDb({
    ...(path === undefined ? {} : { path }),
    clock,
    authorize,
    meter,
    faults: dynamoDbFaults(faults),
    timeScale,
  });
  onClose(() => dynamodb.close());
  await dynamodb.ensureTables(assembly.resources);

  const queues = createQueues({ assembly, authorize, clock, durable: dynamodb.durable });
  const lambdas = createLambdas({
    assembly,
    accept,
    authorize,
    meter,
    clock,
    timeScale,
    faults: lambdaFaults(faults),
    send: (queueArn, body) => queues.send(queueArn, body),
    log: ({ functionName, line, platform }) => log({ source: functionName, line, platform }),
  });
  onClose(() => lambdas.close());

  const gateway = createGateway({
    assembly,
    lambdas,
    permits: (...question) => permits(assembly, ...question),
    authorize,
    meter,
    clock,
    limits: options.limits ?? {},
    faults: gatewayFaults(faults),
    timeScale,
    log: say,
  });
  onClose(() => gateway.close());
  const localize = (text: string): string => mapOutputs({ text }, origin).text ?? text;
  const edge = createEdge({
    assembly,
    api: (apiId, request) => gateway.request(apiId, request),
    localize,
    meter,
  });
  const outputs = mapOutputs(assembly.outputs, origin);

  const front = createFront({
    gateway,
    edge,
    services: { dynamodb, lambda: lambdas, sqs: queues },
    control: createControl({ outputs, totals, gateway, faults }),
    mounts: options.mounts ?? [],
    callerOf: createCallerOf(assembly),
    log: say,
  });
  const startEvents = (): Running[] => {
    const shared = {
      assembly,
      lambdas,
      authorize,
      clock,
      timeScale,
      log: ({ functionName, line }: { functionName: string; line: string }) =>
        log({ source: functionName, line, platform: false }),
    };
    const { pollMs } = options;
    const running = [
      startMappings({
        ...shared,
        dynamodb,
        sqs: queues,
        faults: streamFaults(faults),
        ...(pollMs === undefined ? {} : { pollMs }),
      }),
      startSchedules(shared),
    ];
    for (const each of running) onClose(() => each.close());
    return running;
  };
  return {
    front,
    cloud: { origin, port, assembly, outputs, dynamodb, lambdas, gateway, faults, meter: totals },
    startEvents,
  };
}

/** Waits until nothing runs: what one function did may set off another. */
async function settle({ lambdas, meter }: Pick<Cloud, 'lambdas' | 'meter'>, events: readonly Running[]) {
  const invocations = (): number =>
    Object.values(meter().amounts['lambda.requests'] ?? {}).reduce((sum, amount) => sum + amount, 0);
  let before: number;
  do {
    before = invocations();
    await lambdas.idle();
    await Promise.all(events.map((each) => each.idle()));
  } while (invocations() !== before);
}

/**
 * Runs a synthesized CDK app on this machine. Rejects with one clear line (`ListenError`, `AssemblyError`,
 * `GatewayError`, `EdgeError`, `EventsError`) when the port is taken or the app needs what is not there, and leaves nothing running.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const closers = createClosers();
  let front: Front | undefined;
  try {
    const handlers = handlersOf(() => front);
    const listener = await listen(handlers, options.port, options.host ?? '127.0.0.1');
    closers.add(() => listener.close());
    const joined = await join(options, listener, closers.add);
    const { cloud } = joined;
    // From here on functions may run, and they call back through the front.
    front = joined.front;
    const events = joined.startEvents();
    return { ...cloud, idle: () => settle(cloud, events), close: closers.close };
  } catch (error) {
    await closers.close();
    throw error;
  }
}
