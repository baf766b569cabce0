/** Findings of cdk-nag that are meant to be so, each with its reason, beside the construct that they concern. */
import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/**
 * Records that a finding of the AwsSolutions pack is accepted for a construct and what is below it.
 * `rule` is the short id, with the finding where the rule names one: `S1`, `IAM5[Resource::*]`.
 */
export function acknowledge(construct: IConstruct, reasons: Record<string, string>): void {
  Validations.of(construct).acknowledge(
    ...Object.entries(reasons).map(([rule, reason]) => ({
      id: `AwsSolutions::AwsSolutions-${rule}`,
      reason,
    })),
  );
}

/** A resource as the findings of IAM5 name it, such as `arn:<AWS::Partition>:s3:::<Bucket>/*`. */
export function findingName(construct: IConstruct, resource: unknown): string {
  const name = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return String(value);
    const [intrinsic, args] = Object.entries(value)[0] ?? ['', ''];
    if (intrinsic === 'Ref') return `<${args}>`;
    if (intrinsic === 'Fn::GetAtt') return `<${args.join('.')}>`;
    if (intrinsic === 'Fn::Sub') return String(args).replace(/\$\{([^}]+)\}/g, '<$1>');
    if (intrinsic === 'Fn::Join') return args[1].map(name).join(args[0]);
    return JSON.stringify(value);
  };
  return name(Stack.of(construct).resolve(resource));
}

/** Accepts every wildcard that a policy has so far: for a role that CDK makes and nobody here can narrow. */
export function acknowledgeWildcards(construct: IConstruct, document: PolicyDocument, reason: string): void {
  const statements: { Action: string | string[]; Resource: unknown }[] =
    Stack.of(construct).resolve(document).Statement;
  const findings = statements.flatMap((statement) => [
    ...[statement.Action].flat().map((action) => `Action::${action}`),
    ...[statement.Resource].flat().map((resource) => `Resource::${findingName(construct, resource)}`),
  ]);
  for (const finding of findings.filter((text) => text.includes('*'))) {
    acknowledge(construct, { [`IAM5[${finding}]`]: reason });
  }
}
