/** Writes small synthesized apps to temporary folders. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface App {
  directory: string;
  [Symbol.asyncDispose](): Promise<void>;
}

type Files = Record<string, string>;

/** @param assets asset hash to its files by name, or to an archive; the object key is `<hash>.zip`. */
export async function writeApp(
  stacks: Record<string, object>,
  assets: Record<string, Files | Buffer> = {},
  environment = 'aws://unknown-account/unknown-region',
): Promise<App> {
  const directory = await mkdtemp(join(tmpdir(), 'app-'));
  const write = async (name: string, content: string | Buffer) => {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  };
  const files: Record<string, object> = {};
  for (const [hash, content] of Object.entries(assets)) {
    const path = Buffer.isBuffer(content) ? `asset.${hash}.zip` : `asset.${hash}`;
    if (Buffer.isBuffer(content)) await write(path, content);
    else for (const [name, text] of Object.entries(content)) await write(`${path}/${name}`, text);
    files[hash] = {
      source: { path, packaging: Buffer.isBuffer(content) ? 'file' : 'zip' },
      destinations: { here: { bucketName: 'assets', objectKey: `${hash}.zip` } },
    };
  }
  const artifacts: Record<string, object> = {
    assets: { type: 'cdk:asset-manifest', properties: { file: 'app.assets.json' } },
  };
  await write('app.assets.json', JSON.stringify({ version: '55.0.0', files }));
  for (const [name, template] of Object.entries(stacks)) {
    await write(`${name}.template.json`, JSON.stringify(template));
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment,
      properties: { templateFile: `${name}.template.json` },
    };
  }
  await write('manifest.json', JSON.stringify({ version: '55.0.0', artifacts }));
  return {
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** A role of the name with the statements, and whatever else it carries. */
export const role = (name: string, statements: object[] = [], more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    Policies: statements.length
      ? [{ PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement: statements } }]
      : [],
    ...more,
  },
});

export const allow = (action: string | string[], resource: unknown = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...more,
});

/** A function whose code is inline; its role has the logical id `Role` unless `more` says otherwise. */
export const lambda = (name: string, source: string, more: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    Code: { ZipFile: source },
    ...more,
  },
});
