import { credentialsFor } from '../iam/identities.ts';
import { region } from '../ports.ts';
import type { FunctionSpec } from './functions.ts';

/**
 * A sandbox's whole environment: the template's variables and those that Lambda sets itself; nothing of the host's.
 * `TZ` is set as on AWS, but a thread shares its process's time zone: whoever starts the local cloud sets that.
 */
export function environmentOf(
  spec: FunctionSpec,
  taskRoot: string,
  log: { group: string; stream: string },
): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentialsFor(spec.name);
  return {
    LANG: 'en_US.UTF-8',
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
    TZ: ':UTC',
    ...spec.variables,
    _HANDLER: spec.handler,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: log.group,
    AWS_LAMBDA_LOG_STREAM_NAME: log.stream,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
  };
}
