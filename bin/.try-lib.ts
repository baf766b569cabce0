/** The CDK app: `cdk deploy -c name=value`; the names are in lib/context.ts. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { domains } from '/work/main/domains/index.ts';
import { propsOfContext } from '/work/main/lib/context.ts';
import { PulsecastStack } from '/work/main/lib/index.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
new PulsecastStack(app, 'Pulsecast', {
  ...propsOfContext((name) => app.node.tryGetContext(name), domains),
  functionsDirectory: '/tmp/pc-lib/fn',
});
