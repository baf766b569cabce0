/** The functions: one bundle, one role and one log group each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { notifications } from '../core/notices.ts';
import { acknowledge } from './acknowledge.ts';
import type { Auth } from './auth.ts';
import { bundle } from './bundle.ts';
import { type FunctionName, type FunctionSpec, functionNames, functionSpecs } from './function-specs.ts';
import type { Settings } from './props.ts';
import { postBurstOf, postRateOf, sendersOf } from './senders.ts';
import type { Socket } from './socket.ts';
import { pascal, platformTableNames, type Tables } from './tables.ts';

interface Surroundings {
  settings: Settings;
  /** The service by whose name logs and metrics are written. */
  service: string;
  tables: Tables;
  auth: Auth;
  socket: Socket;
}

export class Functions extends Construct {
  readonly all: Readonly<Record<FunctionName, LambdaFunction>>;

  constructor(scope: Construct, id: string, surroundings: Surroundings) {
    super(scope, id);
    const { functionsDirectory, domainsEntry } = surroundings.settings;
    const outdir = mkdtempSync(join(tmpdir(), 'pulsecast-bundles-'));
    try {
      bundle({ functionsDirectory, names: functionNames, domainsEntry, outdir });
      const functions = functionNames.map((name) => {
        // The code is copied into the assembly when the function is made.
        const code = Code.fromAsset(join(outdir, name));
        return [name, this.add(name, code, functionSpecs[name], surroundings)];
      });
      this.all = Object.fromEntries(functions);
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  }

  private add(
    name: FunctionName,
    code: Code,
    spec: FunctionSpec,
    surroundings: Surroundings,
  ): LambdaFunction {
    const { settings } = surroundings;
    // Not the bare name: CDK leaves `Default` out of logical ids.
    const parts = new Construct(this, `${pascal(name)}Function`);
    const logGroup = new LogGroup(parts, 'Logs', {
      retention: settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(parts, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    grantAll(role, spec, surroundings);
    acknowledge(role, {
      'IAM5[Resource::*]': 'X-Ray takes segments without naming a resource; nothing else is granted on all.',
    });
    return new LambdaFunction(parts, 'Lambda', {
      description: parts.node.path,
      code,
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(spec.timeout),
      memorySize: spec.memory,
      tracing: Tracing.ACTIVE,
      environment: environmentOf(name, spec, surroundings),
      ...(settings.reserveConcurrency && (name === 'broadcast' || name === 'fanout')
        ? { reservedConcurrentExecutions: sendersOf(settings)[name] }
        : {}),
      role,
      logGroup,
    });
  }
}

function grantAll(role: Role, spec: FunctionSpec, { settings, tables, socket }: Surroundings): void {
  const grant = (table: { tableArn: string }, actions: readonly string[]) =>
    role.addToPolicy(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [table.tableArn],
      }),
    );
  for (const name of platformTableNames) {
    const actions = spec.tables[name];
    if (actions !== undefined && actions.length > 0) grant(tables.platform[name], actions);
  }
  for (const domain of settings.enabled) {
    const actions = (domain === notifications ? spec.notices : undefined) ?? spec.domains ?? [];
    if (actions.length > 0) grant(tables.of(domain.name), actions);
  }
  if (spec.posts === true) socket.grantPosts(role);
  if (spec.closes === true) socket.grantCloses(role);
}

function environmentOf(
  name: FunctionName,
  spec: FunctionSpec,
  { settings, service, tables, auth, socket }: Surroundings,
) {
  const tableNames = platformTableNames
    .filter((table) => spec.tables[table] !== undefined)
    .map((table) => [`${table.toUpperCase()}_TABLE`, tables.platform[table].tableName]);
  const domainTables = settings.enabled.map(({ name }) => [name, tables.of(name).tableName]);
  return {
    POWERTOOLS_SERVICE_NAME: service,
    POWERTOOLS_METRICS_NAMESPACE: 'Pulsecast',
    POWERTOOLS_LOG_LEVEL: settings.logLevel,
    ...Object.fromEntries(tableNames),
    ...(spec.domains !== undefined
      ? { DOMAIN_TABLES: Stack.of(tables).toJsonString(Object.fromEntries(domainTables)) }
      : {}),
    ...(spec.tokens === true ? auth.environment : {}),
    ...(spec.tokenInQuery === true ? { TOKEN_IN_QUERY: settings.tokenInQuery } : {}),
    ...(spec.retention === true ? { LOG_RETENTION_SECONDS: `${settings.retention.toSeconds()}` } : {}),
    ...(spec.posts === true
      ? {
          CALLBACK_URL: socket.callbackUrl,
          POST_RATE: `${postRateOf(name, settings)}`,
          POST_BURST: `${postBurstOf(name, settings)}`,
        }
      : {}),
  };
}
