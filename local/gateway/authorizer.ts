import type { Authorizer } from './api.ts';
import type { GatewayContext } from './context.ts';
import { callFunction, executeApiArn } from './integration.ts';
import { isRecord } from './wire.ts';

/** What an authorizer decided. `context` holds the values passed on to the integration. */
export type Verdict =
  | { allow: true; principalId?: string; context: Record<string, unknown> }
  | { allow: false; status: 401 | 403 | 500 };

/** Where an authorizer's identity sources read from. Header names are compared without case. */
export interface IdentityInput {
  header(name: string): string | undefined;
  query(name: string): string | undefined;
  stageVariables: Record<string, string> | undefined;
  context(path: string): string | undefined;
}

/**
 * The values of identity sources: `route.request.header.X`, `route.request.querystring.x`, `stageVariables.x`,
 * `context.x`, each with or without a leading `$`; HTTP APIs write `$request.header.X`. Undefined when one of them is
 * missing or empty, for which API Gateway answers 401 without calling the authorizer.
 */
export function identityValues(sources: readonly string[], input: IdentityInput): string[] | undefined {
  const values: string[] = [];
  for (const source of sources) {
    const [, kind = '', name = ''] =
      /^\$?(?:route\.)?(request\.header|request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ??
      [];
    const value =
      kind === 'request.header'
        ? input.header(name)
        : kind === 'request.querystring'
          ? input.query(name)
          : kind === 'stageVariables'
            ? input.stageVariables?.[name]
            : input.context(name);
    if (!value) return undefined;
    values.push(value);
  }
  return values;
}

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'is',
  ).test(text);

/** Whether a policy document lets `execute-api:Invoke` happen on `arn`. An explicit Deny wins. */
export function policyAllows(document: unknown, arn: string): boolean {
  if (!isRecord(document)) return false;
  let allowed = false;
  for (const statement of [document.Statement].flat()) {
    if (!isRecord(statement)) continue;
    const actions = [statement.Action].flat().map(String);
    const resources = [statement.Resource].flat().map(String);
    const applies =
      actions.some((action) => matches(action, 'execute-api:Invoke')) &&
      resources.some((resource) => matches(resource, arn));
    if (applies && statement.Effect === 'Deny') return false;
    if (applies && statement.Effect === 'Allow') allowed = true;
  }
  return allowed;
}

function readVerdict(payload: unknown, simple: boolean, arn: string): Verdict {
  if (!isRecord(payload)) return { allow: false, status: 500 };
  const context = isRecord(payload.context) ? payload.context : {};
  if (simple) {
    if (typeof payload.isAuthorized !== 'boolean') return { allow: false, status: 500 };
    return payload.isAuthorized ? { allow: true, context } : { allow: false, status: 403 };
  }
  if (!isRecord(payload.policyDocument)) return { allow: false, status: 500 };
  if (!policyAllows(payload.policyDocument, arn)) return { allow: false, status: 403 };
  return {
    allow: true,
    context,
    ...(typeof payload.principalId === 'string' ? { principalId: payload.principalId } : {}),
  };
}

/** Asks a Lambda authorizer. An authorizer that throws `Unauthorized` means 401, as AWS documents; else 500. */
export async function askAuthorizer(
  gateway: GatewayContext,
  apiId: string,
  authorizer: Authorizer,
  event: unknown,
  routeArn: string,
  timeoutMs: number,
): Promise<Verdict> {
  const source = executeApiArn(apiId, 'authorizers', authorizer.id);
  const outcome = await callFunction(gateway, authorizer.functionArn, source, event, timeoutMs);
  if (outcome.kind === 'reply') return readVerdict(outcome.payload, authorizer.simpleResponses, routeArn);
  const refused = outcome.kind === 'failed' && outcome.message === 'Unauthorized';
  return { allow: false, status: refused ? 401 : 500 };
}
