/** CloudFormation's intrinsic functions over JSON. Where a value comes from is the caller's `Scope`. */
import { AssemblyError } from './errors.ts';

export interface Scope {
  /** `Ref`: a parameter, a pseudo parameter or a resource. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  importValue(exportName: string): unknown;
  condition(name: string): boolean;
  mapping(name: string, topKey: string, secondKey: string): unknown;
}

/** What `AWS::NoValue` resolves to: the property or list entry that holds it disappears. */
export const noValue = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const list = (value: unknown, scope: Scope): unknown[] => {
  const resolved = resolve(value, scope);
  if (!Array.isArray(resolved)) throw new AssemblyError(`expected a list, got ${JSON.stringify(resolved)}`);
  return resolved;
};
const text = (value: unknown, scope: Scope) => String(resolve(value, scope));

/** `Fn::If`, `Fn::And` and so on take conditions by name, as `{Condition: name}` or as a function. */
function truth(value: unknown, scope: Scope): boolean {
  const resolved = resolve(value, scope);
  return resolved === true || resolved === 'true';
}

function sub(argument: unknown, scope: Scope): string {
  const [template, own] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = (own ?? {}) as Record<string, unknown>;
  return String(template).replaceAll(/\$\{(!?)([^}]+)\}/g, (_whole, literal: string, inside: string) => {
    if (literal) return `\${${inside}}`;
    const name = inside.trim();
    if (Object.hasOwn(variables, name)) return text(variables[name], scope);
    const dot = name.indexOf('.');
    return String(dot < 0 ? scope.ref(name) : scope.getAtt(name.slice(0, dot), name.slice(dot + 1)));
  });
}

const intrinsics: Record<string, Intrinsic> = {
  Ref: (name, scope) => scope.ref(String(name)),
  Condition: (name, scope) => scope.condition(String(name)),
  'Fn::GetAtt': (argument, scope) => {
    const parts = Array.isArray(argument) ? argument : String(argument).split('.');
    const [logicalId, ...attribute] = parts;
    return scope.getAtt(String(logicalId), attribute.map((part) => text(part, scope)).join('.'));
  },
  'Fn::Sub': sub,
  'Fn::Join': (argument, scope) => {
    const [separator, values] = argument as [unknown, unknown];
    return list(values, scope).join(text(separator, scope));
  },
  'Fn::Split': (argument, scope) => {
    const [separator, value] = argument as [unknown, unknown];
    return text(value, scope).split(text(separator, scope));
  },
  'Fn::Select': (argument, scope) => {
    const [index, values] = argument as [unknown, unknown];
    const chosen = list(values, scope)[Number(resolve(index, scope))];
    if (chosen === undefined)
      throw new AssemblyError(`Fn::Select ${JSON.stringify(argument)} selects nothing`);
    return chosen;
  },
  'Fn::If': (argument, scope) => {
    const [name, whenTrue, whenFalse] = argument as [unknown, unknown, unknown];
    return resolve(scope.condition(String(name)) ? whenTrue : whenFalse, scope);
  },
  'Fn::And': (argument, scope) => (argument as unknown[]).every((one) => truth(one, scope)),
  'Fn::Or': (argument, scope) => (argument as unknown[]).some((one) => truth(one, scope)),
  'Fn::Not': (argument, scope) => !truth((argument as unknown[])[0], scope),
  'Fn::Equals': (argument, scope) => {
    const [left, right] = argument as [unknown, unknown];
    return JSON.stringify(resolve(left, scope)) === JSON.stringify(resolve(right, scope));
  },
  'Fn::FindInMap': (argument, scope) => {
    const [name, topKey, secondKey] = (argument as unknown[]).map((one) => text(one, scope));
    return scope.mapping(String(name), String(topKey), String(secondKey));
  },
  'Fn::ImportValue': (name, scope) => scope.importValue(text(name, scope)),
  'Fn::Base64': (value, scope) => Buffer.from(text(value, scope)).toString('base64'),
  'Fn::GetAZs': (_argument, scope) => {
    const region = String(scope.ref('AWS::Region'));
    return ['a', 'b', 'c'].map((zone) => region + zone);
  },
};

/** Resolves every intrinsic function in `value`. Throws `AssemblyError` for an unknown one. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((one) => resolve(one, scope)).filter((one) => one !== noValue);
  }
  if (typeof value !== 'object' || value === null) return value;
  const [key, ...more] = Object.keys(value);
  if (key !== undefined && more.length === 0) {
    const argument = (value as Record<string, unknown>)[key];
    const intrinsic = intrinsics[key];
    // `Condition` with an object is the condition block of a policy statement, not a reference.
    if (intrinsic && !(key === 'Condition' && typeof argument !== 'string'))
      return intrinsic(argument, scope);
    if (key.startsWith('Fn::')) throw new AssemblyError(`${key} is not supported`);
  }
  const resolved: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(value)) {
    const result = resolve(one, scope);
    if (result !== noValue) resolved[name] = result;
  }
  return resolved;
}
