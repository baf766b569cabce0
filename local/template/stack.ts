/** One stack's template, resolved lazily, since names, attributes and conditions refer to each other in any order. */
import { createHash } from 'node:crypto';
import { account, type Resource, region } from '../ports.ts';
import { type ResourceType, resourceType } from './catalogue.ts';
import { AssemblyError } from './errors.ts';
import { noValue, resolve, type Scope } from './intrinsics.ts';

interface TemplateResource {
  Type: string;
  Condition?: string;
  Properties?: Record<string, unknown>;
  Metadata?: Record<string, unknown>;
}
export interface Template {
  Parameters?: Record<string, { Type: string; Default?: unknown }>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Conditions?: Record<string, unknown>;
  Resources?: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: unknown; Condition?: string; Export?: { Name: unknown } }>;
}

export interface Stack {
  name: string;
  resources(): Resource[];
  outputs(): Record<string, string>;
  /** The value that this stack exports under a name. */
  exported(name: string): unknown;
}

/** CDK's own parameter; the bootstrap stack that it asks about does not exist here. */
const bootstrapParameter = 'BootstrapVersion';

/** Runs `compute` once for each key; a key that needs itself is an error, not an endless loop. */
function once<T>(what: string, compute: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  const underWay = new Set<string>();
  return (key) => {
    if (known.has(key)) return known.get(key) as T;
    if (underWay.has(key)) throw new AssemblyError(`${what} ${key} refers to itself`);
    underWay.add(key);
    try {
      const value = compute(key);
      known.set(key, value);
      return value;
    } finally {
      underWay.delete(key);
    }
  };
}

/**
 * @param given parameter values, by `Parameter` or `Stack:Parameter`
 * @param importValue finds what another stack exports
 */
export function createStack(
  stackName: string,
  template: Template,
  given: Readonly<Record<string, string>>,
  importValue: (name: string) => unknown,
): Stack {
  const declared = template.Resources ?? {};
  const pseudo: Record<string, unknown> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/local`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': noValue,
  };

  const at = (place: string, error: unknown): AssemblyError => {
    if (error instanceof AssemblyError && error.message.startsWith('stack ')) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new AssemblyError(`stack ${stackName}, ${place}: ${message}`, { cause: error });
  };

  const parameter = once('parameter', (name) => {
    const { Type, Default } = template.Parameters?.[name] ?? { Type: 'String' };
    const value = given[`${stackName}:${name}`] ?? given[name] ?? Default;
    if (name === bootstrapParameter && Type.startsWith('AWS::SSM::')) return '32';
    if (value === undefined) throw new AssemblyError(`parameter ${name} has no value and no default`);
    return Type === 'CommaDelimitedList' || Type.startsWith('List<')
      ? String(value)
          .split(',')
          .map((part) => part.trim())
      : value;
  });

  const declaration = (logicalId: string): { resource: TemplateResource; entry: ResourceType } => {
    const resource = declared[logicalId];
    if (!resource) throw new AssemblyError(`there is no resource ${logicalId}`);
    const entry = resourceType(resource.Type);
    if (!entry) {
      throw new AssemblyError(
        `stack ${stackName}, ${logicalId}: the local cloud does not support the resource type ${resource.Type}`,
      );
    }
    return { resource, entry };
  };

  const facts = once('the name of', (logicalId) => {
    const { resource, entry } = declaration(logicalId);
    const property = (name: string) => {
      const value = resolve(resource.Properties?.[name], scope);
      return value === noValue ? undefined : value;
    };
    const hash = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').slice(0, 40);
    const explicit = entry.nameProperty && property(entry.nameProperty);
    const generated =
      entry.name?.(stackName, logicalId, hash) ??
      `${stackName.slice(0, 24)}-${logicalId.slice(0, 24)}-${hash.slice(0, 12).toUpperCase()}`;
    return { name: explicit ? String(explicit) : generated, hash, property };
  });

  const getAtt = (logicalId: string, attribute: string): string => {
    const { resource, entry } = declaration(logicalId);
    const value = entry.attributes?.[attribute]?.(facts(logicalId));
    if (value !== undefined) return value;
    if (entry.inert) return `${facts(logicalId).name}-${attribute}`;
    throw new AssemblyError(`${resource.Type} ${logicalId} has no attribute ${attribute}`);
  };

  const condition = once('condition', (name): boolean => {
    const expression = template.Conditions?.[name];
    if (expression === undefined) throw new AssemblyError(`there is no condition ${name}`);
    return resolve(expression, scope) === true;
  });

  const scope: Scope = {
    ref(name) {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      if (template.Parameters?.[name]) return parameter(name);
      const { entry } = declaration(name);
      return entry.ref?.(facts(name)) ?? facts(name).name;
    },
    getAtt,
    importValue,
    condition,
    mapping(name, topKey, secondKey) {
      const value = template.Mappings?.[name]?.[topKey]?.[secondKey];
      if (value === undefined) throw new AssemblyError(`no mapping ${name}.${topKey}.${secondKey}`);
      return value;
    },
  };

  const exists = ({ Condition }: { Condition?: string }) => Condition === undefined || condition(Condition);

  const exportNames = once('export', (outputKey) =>
    String(resolve(template.Outputs?.[outputKey]?.Export?.Name, scope)),
  );

  return {
    name: stackName,
    resources() {
      const found: Resource[] = [];
      for (const [logicalId, resource] of Object.entries(declared)) {
        try {
          if (!exists(resource)) continue;
          const { entry } = declaration(logicalId);
          const attributes: Record<string, string> = {};
          for (const [name, text] of Object.entries(entry.attributes ?? {})) {
            const value = text(facts(logicalId));
            if (value !== undefined) attributes[name] = value;
          }
          found.push({
            logicalId,
            type: resource.Type,
            physicalId: String(scope.ref(logicalId)),
            properties: resolve(resource.Properties ?? {}, scope) as Record<string, unknown>,
            attributes,
            metadata: resource.Metadata ?? {},
          });
        } catch (error) {
          throw at(logicalId, error);
        }
      }
      return found;
    },
    outputs() {
      const values: Record<string, string> = {};
      for (const [key, output] of Object.entries(template.Outputs ?? {})) {
        try {
          if (exists(output)) values[key] = String(resolve(output.Value, scope));
        } catch (error) {
          throw at(`output ${key}`, error);
        }
      }
      return values;
    },
    exported(name) {
      for (const [key, output] of Object.entries(template.Outputs ?? {})) {
        if (!output.Export || !exists(output) || exportNames(key) !== name) continue;
        return resolve(output.Value, scope);
      }
      return undefined;
    },
  };
}
