/** Reads a synthesized CDK app (`cdk.out`) and resolves it for the local account and region. */
import { readFileSync } from 'node:fs';
import { join, resolve as resolvePath } from 'node:path';
import { type Assembly, account, type Resource, region } from '../ports.ts';
import { AssemblyError } from './errors.ts';
import { createStack, type Stack, type Template } from './stack.ts';

export interface AssemblyOptions {
  /** By parameter name or `Stack:Parameter`. `{origin}` in a value becomes `origin`. */
  parameters?: Readonly<Record<string, string>>;
  /** Where the local cloud listens, e.g. `http://localhost:8787`, without a final slash. */
  origin: string;
}

interface Artifact {
  type: string;
  environment?: string;
  displayName?: string;
  properties?: { templateFile?: string; file?: string; directoryName?: string; stackName?: string };
}
interface AssetManifest {
  files?: Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>;
}

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new AssemblyError(`${file} cannot be read; is this a synthesized CDK app?`, { cause });
  }
};

/**
 * A stack that is bound to an account or region carries them as literals in its ARNs; the local cloud plays one
 * account and region only, so those literals become the local ones.
 */
function readTemplate(file: string, environment: string): Template {
  let json = JSON.stringify(readJson(file));
  const [, boundAccount, boundRegion] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment) ?? [];
  if (boundAccount && /^\d{12}$/.test(boundAccount)) json = json.replaceAll(boundAccount, account);
  if (boundRegion && boundRegion !== 'unknown-region') json = json.replaceAll(boundRegion, region);
  return JSON.parse(json);
}

/** The manifest's artifacts, those of nested assemblies (CDK stages) included, each with its folder. */
function artifactsOf(directory: string): { directory: string; name: string; artifact: Artifact }[] {
  const manifest = readJson(join(directory, 'manifest.json')) as { artifacts?: Record<string, Artifact> };
  return Object.entries(manifest.artifacts ?? {}).flatMap(([name, artifact]) =>
    artifact.type === 'cdk:cloud-assembly'
      ? artifactsOf(join(directory, artifact.properties?.directoryName ?? name))
      : [{ directory, name, artifact }],
  );
}

function readAssets(artifacts: ReturnType<typeof artifactsOf>): Map<string, string> {
  const assets = new Map<string, string>();
  for (const { directory, artifact } of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest' || !artifact.properties?.file) continue;
    const manifest = readJson(join(directory, artifact.properties.file)) as AssetManifest;
    for (const [hash, { source, destinations }] of Object.entries(manifest.files ?? {})) {
      if (!source.path) continue;
      const path = resolvePath(directory, source.path);
      for (const key of [hash, ...Object.values(destinations).map(({ objectKey }) => objectKey)]) {
        assets.set(key, path);
      }
    }
  }
  return assets;
}

/**
 * Reads and resolves everything at once, so that a wrong app fails at the start. Throws `AssemblyError`, naming the
 * stack and logical id, for unsupported resource types, missing parameters and references that lead nowhere.
 */
export function loadAssembly(directory: string, { parameters = {}, origin }: AssemblyOptions): Assembly {
  const root = resolvePath(directory);
  const artifacts = artifactsOf(root);
  const assets = readAssets(artifacts);
  const given = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, value.replaceAll('{origin}', origin)]),
  );

  const exported = (name: string): unknown => {
    for (const stack of stacks) {
      const value = stack.exported(name);
      if (value !== undefined) return value;
    }
    throw new AssemblyError(`no stack exports ${name}`);
  };
  const stacks: Stack[] = artifacts
    .filter(({ artifact }) => artifact.type === 'aws:cloudformation:stack')
    .map(({ directory: folder, name, artifact }) =>
      createStack(
        artifact.properties?.stackName ?? name,
        readTemplate(join(folder, artifact.properties?.templateFile ?? ''), artifact.environment ?? ''),
        given,
        exported,
      ),
    );

  const resources = stacks.flatMap((stack) => stack.resources());
  const byId = new Map<string, Resource>();
  for (const resource of resources) {
    byId.set(resource.physicalId, resource);
    if (resource.attributes.Arn) byId.set(resource.attributes.Arn, resource);
  }
  return {
    directory: root,
    resources,
    outputs: outputsOf(stacks),
    ofType: (...types) => resources.filter(({ type }) => types.includes(type)),
    find: (idOrArn) => byId.get(idOrArn),
    assetPath(objectKey) {
      const path = assets.get(objectKey);
      if (path === undefined) throw new AssemblyError(`the app has no file asset ${objectKey}`);
      return path;
    },
  };
}

/** The outputs of all stacks; a key that two stacks have becomes `Stack.Key`. */
function outputsOf(stacks: readonly Stack[]): Record<string, string> {
  const all = stacks.flatMap((stack) =>
    Object.entries(stack.outputs()).map(([key, value]) => ({ stack: stack.name, key, value })),
  );
  const clashes = (key: string) => all.filter((output) => output.key === key).length > 1;
  return Object.fromEntries(
    all.map(({ stack, key, value }) => [clashes(key) ? `${stack}.${key}` : key, value]),
  );
}
