/** Lambda's wire API, as far as functions call each other: `Invoke`. */
import { randomUUID } from 'node:crypto';
import { type Authorize, AwsError, type Service, type ServiceReply } from '../ports.ts';
import type { FunctionSpec } from './functions.ts';
import type { Run } from './pool.ts';

export interface LambdaServiceOptions {
  /** Throws `ResourceNotFoundException`. */
  find(nameOrArn: string): FunctionSpec;
  /** Throws `TooManyRequestsException`. */
  run(spec: FunctionSpec, event: string): Promise<Run>;
  runAsync(spec: FunctionSpec, event: string): void;
  authorize: Authorize;
}

const path = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/;

/** AWS's limits for a request's payload, bytes. */
const maxSync = 6_291_456;
const maxAsync = 1_048_576;

function checkPayload(body: Buffer, limit: number): string {
  if (body.length > limit) {
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
      413,
    );
  }
  const event = body.length === 0 ? '{}' : body.toString();
  try {
    JSON.parse(event);
  } catch (error) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${error}`);
  }
  return event;
}

function errorReply(error: AwsError, requestId: string): ServiceReply {
  const status = error.name === 'AccessDeniedException' ? 403 : error.status;
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.name,
    },
    body: JSON.stringify({
      Type: status < 500 ? 'User' : 'Service',
      Message: error.message,
      message: error.message,
      ...error.extra,
    }),
  };
}

export function createLambdaService({ find, run, runAsync, authorize }: LambdaServiceOptions): Service {
  return {
    async handle({ method, url, headers, body, caller }) {
      const requestId = randomUUID();
      const common = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
      try {
        const target = path.exec(url)?.[1];
        if (method !== 'POST' || target === undefined) {
          throw new AwsError(
            'UnknownOperationException',
            `the local cloud does not support ${method} ${url}`,
            404,
          );
        }
        const name = decodeURIComponent(target);
        const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
        const spec = find(name);
        authorize(caller, 'lambda:InvokeFunction', spec.arn);
        if (type === 'DryRun') return { status: 204, headers: common, body: '' };
        if (type === 'Event') {
          runAsync(spec, checkPayload(body, maxAsync));
          return { status: 202, headers: common, body: '' };
        }
        const { payload, error } = await run(spec, checkPayload(body, maxSync));
        return {
          status: 200,
          headers: {
            ...common,
            'x-amz-executed-version': '$LATEST',
            ...(error && { 'x-amz-function-error': 'Unhandled' }),
          },
          body: payload,
        };
      } catch (error) {
        if (error instanceof AwsError) return errorReply(error, requestId);
        throw error;
      }
    },
  };
}
