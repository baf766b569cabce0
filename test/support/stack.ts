/** A stack in memory with stand-ins for the functions and the site: for tests of single settings. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, type Environment, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import * as v from 'valibot';
import { defineDomain, entity } from '../../core/domain.ts';
import { functionNames } from '../../lib/function-specs.ts';
import { Pulsecast, type PulsecastProps } from '../../lib/index.ts';
import type { Template } from './assembly.ts';

/** A domain with one entity of each delivery. */
export function smallDomain(name = 'shop') {
  const state = (delivery: 'instant' | 'relaxed') =>
    entity({ data: v.object({}), delivery, latest: true, groups: () => ['all'] });
  return defineDomain({
    name,
    entities: { order: state('instant'), visit: state('relaxed') },
    directory: 'shop',
    groups: {},
    commands: {},
    texts: { en: {}, ru: {} },
  });
}

export const smallProps = {
  domains: [smallDomain()],
  issuer: { issuer: 'https://id.example.com/auth', audience: 'shop' },
} satisfies PulsecastProps;

/**
 * Synthesizes `new Pulsecast(stack, 'Live', props)` with cdk-nag, and whatever `more` adds; gives the template.
 * Throws what the construct or cdk-nag throws.
 */
export function synthesizeSmall(
  props: PulsecastProps = smallProps,
  { env, more }: { env?: Environment; more?: (stack: Stack) => void } = {},
): Template {
  const folder = mkdtempSync(join(tmpdir(), 'pulsecast-small-'));
  try {
    const functionsDirectory = join(folder, 'functions');
    mkdirSync(functionsDirectory);
    for (const name of functionNames) {
      writeFileSync(join(functionsDirectory, `${name}.ts`), 'export const handler = async () => ({});\n');
    }
    const app = new App({ outdir: join(folder, 'out') });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const stack = new Stack(app, 'Team', env === undefined ? {} : { env });
    const siteDirectory = fileURLToPath(new URL('site', import.meta.url));
    new Pulsecast(stack, 'Live', { siteDirectory, functionsDirectory, ...props });
    more?.(stack);
    return app.synth().getStackByName('Team').template;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
