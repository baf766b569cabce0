import { type Assembly, type Authorize, AwsError, account, type Caller, region } from '../ports.ts';
import { readRoles } from './roles.ts';
import { type Context, evaluate, type Statement, type Verdict } from './statements.ts';

/** Decisions kept; calls to one connection each would otherwise fill the memory. */
const maxKept = 10_000;

function contextOf(caller: Caller, given: Record<string, readonly string[]> | undefined): Context {
  const context = new Map<string, readonly string[]>([
    ['aws:principalarn', [caller.roleArn ?? '']],
    ['aws:principalaccount', [account]],
    ['aws:requestedregion', [region]],
    ['aws:securetransport', ['true']],
  ]);
  for (const [key, values] of Object.entries(given ?? {})) context.set(key.toLowerCase(), values);
  return context;
}

function refusal({ roleArn = '', functionName }: Caller, action: string, resource: string, verdict: Verdict) {
  const role = roleArn.split('/').at(-1);
  const user = `arn:aws:sts::${account}:assumed-role/${role}/${functionName ?? 'session'}`;
  const reason =
    verdict === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`;
  return new AwsError(
    'AccessDeniedException',
    `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  );
}

/**
 * Checks calls against the identity policies of the app's roles. Permission boundaries and resource policies are not
 * evaluated.
 *
 * @param report is told of what cannot be evaluated, once each
 */
export function createAuthorizer(
  assembly: Assembly,
  report: (line: string) => void = () => undefined,
): Authorize {
  const reported = new Set<string>();
  const reportOnce = (line: string) => {
    if (!reported.has(line)) report(line);
    reported.add(line);
  };
  const roles = readRoles(assembly, reportOnce);
  const none: Statement[] = [];
  const kept = new Map<string, Verdict>();

  return (caller, action, resource, given) => {
    const { roleArn } = caller;
    if (roleArn === undefined) return;
    const statements = roles.get(roleArn) ?? none;
    const key = `${roleArn}\n${action}\n${resource}`;
    let verdict = kept.get(key);
    if (verdict === undefined) {
      verdict = evaluate(statements, action, resource, contextOf(caller, given));
      if (statements.every(({ condition }) => !condition)) {
        if (kept.size >= maxKept) kept.clear();
        kept.set(key, verdict);
      }
    }
    if (verdict !== 'allowed') throw refusal(caller, action, resource, verdict);
  };
}
