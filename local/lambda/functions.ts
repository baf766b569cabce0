/** What the template says of a function, in the units that the rest of this folder uses. */
import type { Assembly, Resource } from '../ports.ts';

export interface FunctionSpec {
  name: string;
  arn: string;
  roleArn: string;
  handler: string;
  /** e.g. `nodejs24.x`; `container image` for a function without one. */
  runtime: string;
  /** Undefined for a runtime other than Node. */
  nodeMajor: number | undefined;
  /** Default 128, as on AWS. */
  memoryMb: number;
  /** Default 3,000, as on AWS. */
  timeoutMs: number;
  /** Reserved concurrency; undefined when the function shares the account's. */
  reserved: number | undefined;
  variables: Record<string, string>;
  code: { S3Key?: string; ZipFile?: string };
  layers: readonly string[];
  /** Where a failed asynchronous event goes by `DeadLetterConfig`. */
  deadLetterArn: string | undefined;
}

interface FunctionProperties {
  Role?: string;
  Handler?: string;
  Runtime?: string;
  MemorySize?: number | string;
  Timeout?: number | string;
  ReservedConcurrentExecutions?: number | string;
  Environment?: { Variables?: Record<string, unknown> };
  Code?: { S3Key?: string; ZipFile?: string };
  Layers?: string[];
  DeadLetterConfig?: { TargetArn?: string };
}

function specOf({ physicalId, attributes, properties }: Resource): FunctionSpec {
  const given = properties as FunctionProperties;
  const major = /^nodejs(\d+)\.x$/.exec(given.Runtime ?? '')?.[1];
  const reserved = given.ReservedConcurrentExecutions;
  const variables = Object.entries(given.Environment?.Variables ?? {});
  return {
    name: physicalId,
    arn: attributes.Arn ?? physicalId,
    roleArn: given.Role ?? '',
    handler: given.Handler ?? 'index.handler',
    runtime: given.Runtime ?? 'container image',
    nodeMajor: major === undefined ? undefined : Number(major),
    memoryMb: Number(given.MemorySize ?? 128),
    timeoutMs: Number(given.Timeout ?? 3) * 1000,
    reserved: reserved === undefined ? undefined : Number(reserved),
    variables: Object.fromEntries(variables.map(([name, value]) => [name, String(value)])),
    code: given.Code ?? {},
    layers: given.Layers ?? [],
    deadLetterArn: given.DeadLetterConfig?.TargetArn,
  };
}

/** The function's plain name out of a name, an ARN, a partial ARN, each with or without version or alias. */
export function functionNameOf(nameOrArn: string): string {
  const afterPrefix = nameOrArn.split('function:').at(-1) ?? nameOrArn;
  return afterPrefix.split(':')[0] ?? afterPrefix;
}

export function readFunctions(assembly: Assembly): Map<string, FunctionSpec> {
  return new Map(
    assembly.ofType('AWS::Lambda::Function').map((resource) => [resource.physicalId, specOf(resource)]),
  );
}
