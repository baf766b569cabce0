/**
 * The seams of the local cloud. Each part (template, iam, dynamodb, lambda, gateway, edge) is written against these
 * types only, and `cloud.ts` joins them. Nothing here knows any particular application.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** The account and region that the local cloud plays. */
export const account = '000000000000';
export const region = 'us-east-1';

/** Now, in epoch milliseconds. Injected everywhere, so that tests can move it. */
export type Clock = () => number;

/**
 * Who signed an AWS call. A function's calls carry its role; a call from outside (a developer's SDK client, a test) has
 * no role and is not checked, as an administrator's would not be.
 */
export interface Caller {
  roleArn?: string;
  functionName?: string;
}

/** An error in the shape in which AWS services report it. `name` is the exception name that SDK clients see. */
export class AwsError extends Error {
  readonly status: number;
  readonly extra: Record<string, unknown>;
  constructor(name: string, message: string, status = 400, extra: Record<string, unknown> = {}) {
    super(message);
    this.name = name;
    this.status = status;
    this.extra = extra;
  }
}

/**
 * Checks one action on one resource against the caller's role; throws `AwsError('AccessDeniedException')` when the role
 * does not grant it. `context` holds condition keys (`dynamodb:LeadingKeys`).
 */
export type Authorize = (
  caller: Caller,
  action: string,
  resource: string,
  context?: Record<string, readonly string[]>,
) => void;

/** A resource of the template, its properties with every intrinsic function resolved. */
export interface Resource {
  logicalId: string;
  type: string;
  /** What `Ref` gives. */
  physicalId: string;
  properties: Record<string, unknown>;
  /** What `Fn::GetAtt` gives. */
  attributes: Record<string, string>;
  /** `Metadata` of the resource, e.g. `aws:asset:path`. */
  metadata: Record<string, unknown>;
}

/** A synthesized app, read from `cdk.out`, resolved for the local account, region and parameters. */
export interface Assembly {
  /** Absolute path of the assembly's folder. */
  directory: string;
  resources: readonly Resource[];
  ofType(...types: string[]): Resource[];
  /** By physical id or ARN. */
  find(idOrArn: string): Resource | undefined;
  /** Absolute path of a file asset by its S3 object key or hash (`<hash>.zip`, `<hash>`). */
  assetPath(objectKey: string): string;
  /** Output key to resolved value, before it is mapped to local addresses. */
  outputs: Record<string, string>;
}

/** A request that a service answers. `body` is whole: the front limits its size. */
export interface ServiceRequest {
  method: string;
  /** Path and query as they came, e.g. `/live/@connections/abc%3D`. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  caller: Caller;
  sourceIp: string;
}

export interface ServiceReply {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer | string;
}

export interface Service {
  handle(request: ServiceRequest): Promise<ServiceReply>;
}

/** What AWS would bill, counted where it happens. `core/pricing` of an application may price it. */
export type MeterKind =
  | 'websocket.messages' // 32 KB steps, both directions
  | 'websocket.connectionMinutes'
  | 'http.requests' // 512 KB steps
  | 'lambda.requests'
  | 'lambda.gbMs'
  | 'dynamodb.writeUnits'
  | 'dynamodb.readUnits'
  | 'cdn.requests';
/** `resource` is the table, function or API that the amount belongs to. */
export type Meter = (kind: MeterKind, resource: string, amount: number) => void;

/** One stream record in the event shape that Lambda gets (`eventName`, `dynamodb.Keys`, `NewImage`, ...). */
export interface StreamRecord {
  eventID: string;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  eventVersion: '1.1';
  eventSource: 'aws:dynamodb';
  awsRegion: string;
  eventSourceARN: string;
  /** Set on a removal by TTL: `{ type: 'Service', principalId: 'dynamodb.amazonaws.com' }`. */
  userIdentity?: { type: 'Service'; principalId: 'dynamodb.amazonaws.com' };
  dynamodb: {
    ApproximateCreationDateTime: number;
    Keys: Record<string, unknown>;
    NewImage?: Record<string, unknown>;
    OldImage?: Record<string, unknown>;
    /** Digits, equal length per stream, rising; compare as strings of equal length. */
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';
  };
}

/** A table's stream. Records are durable (written in the same batch as the item) and kept for 24 h of `clock`. */
export interface TableStream {
  arn: string;
  tableName: string;
  /** Up to `limit` records with a sequence number above `after` (from the oldest kept one when undefined), in order. */
  read(after: string | undefined, limit: number): Promise<StreamRecord[]>;
  /** The newest sequence number, undefined while the stream is empty. */
  latest(): Promise<string | undefined>;
  /** Calls `listener` after each append; returns the function that stops it. */
  onAppend(listener: () => void): () => void;
}

/** Small durable facts of the local cloud itself (mapping positions), kept beside the tables. */
export interface Durable {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

export interface DynamoDb extends Service {
  /** By stream ARN. */
  stream(arn: string): TableStream | undefined;
  durable: Durable;
  close(): Promise<void>;
}

/** The outcome of one invocation. `error` is set when the handler threw, timed out or its worker died. */
export interface InvokeResult {
  payload: unknown;
  error?: { errorType: string; errorMessage: string; trace?: string[] };
}

export interface Lambdas extends Service {
  /**
   * Runs a function and waits. `functionArn` may be a name or an ARN. Throws `AwsError` for an unknown function or throttling.
   * Once `given` is aborted it is not begun any more; what runs is not stopped.
   */
  invoke(functionArn: string, event: unknown, given?: AbortSignal): Promise<InvokeResult>;
  /** `InvocationType: Event`: queued, retried twice, then sent to the on-failure destination. */
  invokeAsync(functionArn: string, event: unknown): void;
  /** Resolves when nothing runs or waits to be retried; for tests and clean stops. */
  idle(): Promise<void>;
  close(): Promise<void>;
}
