/** Reading a synthesized template. */
import type { Template } from './assembly.ts';

export type Properties = Record<string, unknown>;

/** What is inside a value, by the names of members and the places in lists. */
export function pick(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce(
    (found: unknown, key) => (found as Record<string | number, unknown> | undefined)?.[key],
    value,
  );
}

/** The resources of a type, by logical id without CDK's hash and without the construct's own name. */
export function ofType(template: Template, type: string): Record<string, Properties> {
  return Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => [shortId(id), resource.Properties]),
  );
}

/** `LiveTablesLog662B7111` is `TablesLog`. */
export function shortId(logicalId: string): string {
  return logicalId.replace(/^Live/, '').replace(/[0-9A-F]{8}$/, '');
}

/** A value as text: references as `<TablesLog>`, joins joined. */
export function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [intrinsic = '', args] = Object.entries(value)[0] ?? [];
  if (intrinsic === 'Ref') return `<${shortId(args as string)}>`;
  if (intrinsic === 'Fn::GetAtt') return `<${shortId((args as string[])[0] ?? '')}.${(args as string[])[1]}>`;
  if (intrinsic === 'Fn::Join') {
    const [separator, parts] = args as [string, unknown[]];
    return parts.map(textOf).join(separator);
  }
  return JSON.stringify(value);
}

/** The functions of the platform by name, without CDK's own. */
export function functionsOf(template: Template): Record<string, Properties> {
  return Object.fromEntries(
    Object.entries(ofType(template, 'AWS::Lambda::Function'))
      .filter(([id]) => id.startsWith('Functions'))
      .map(([id, properties]) => [
        id.replace(/^Functions(.*)FunctionLambda$/, '$1').toLowerCase(),
        properties,
      ]),
  );
}

/** What a role may do, all policies together: for each resource its actions, sorted. */
export function grantsOf(template: Template, role: string): Record<string, string[]> {
  const grants: Record<string, string[]> = {};
  for (const policy of Object.values(ofType(template, 'AWS::IAM::Policy'))) {
    if (!(policy.Roles as unknown[]).some((ref) => textOf(ref) === `<${role}>`)) continue;
    const { Statement } = policy.PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] };
    for (const { Action, Resource } of Statement) {
      for (const resource of [Resource].flat().map(textOf)) {
        grants[resource] = [...(grants[resource] ?? []), ...([Action].flat() as string[])].sort();
      }
    }
  }
  return grants;
}
