/** Makes what is deployed: the page, and the synthesized app. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');

/** Builds the page into `web/dist`. */
export async function buildSite(): Promise<void> {
  const web = join(root, 'web');
  await build({ root: web, configFile: join(web, 'vite.config.ts'), logLevel: 'warn' });
}

/**
 * Runs the very `cdk synth` that comes before a deploy, for an issuer given by parameter and further settings as
 * `name=value`; gives the assembly's folder. Needs no network and no credentials.
 */
export async function synthesize(
  output = join(root, 'cdk.out'),
  settings: readonly string[] = [],
): Promise<string> {
  const cdk = join(root, 'node_modules/aws-cdk/bin/cdk');
  const context = ['auth=issuer', ...settings].flatMap((setting) => ['-c', setting]);
  try {
    await promisify(execFile)(process.execPath, [cdk, 'synth', '--quiet', '--output', output, ...context], {
      cwd: root,
      env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true' },
    });
  } catch (error) {
    const { stderr, stdout } = error as { stderr?: string; stdout?: string };
    throw new Error(`The app could not be synthesized.\n${stderr || stdout || String(error)}`);
  }
  return output;
}
