/** Gathers what each role of the app may do. */
import type { Assembly, Resource } from '../ports.ts';
import { IamError } from './errors.ts';
import { managedPolicy } from './managed-policies.ts';
import { compileStatements, type PolicyDocument, type Statement } from './statements.ts';

interface RoleProperties {
  Policies?: { PolicyDocument: PolicyDocument }[];
  ManagedPolicyArns?: string[];
}
interface PolicyProperties {
  PolicyDocument?: PolicyDocument;
  Roles?: string[];
}

/** Role ARN to statements. Throws `IamError` for an AWS managed policy that the local cloud does not know. */
export function readRoles(assembly: Assembly, report: (line: string) => void): Map<string, Statement[]> {
  const attached = new Map<string, PolicyDocument[]>();
  for (const { properties } of assembly.ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')) {
    const { PolicyDocument: document, Roles = [] } = properties as PolicyProperties;
    if (!document) continue;
    for (const role of Roles) attached.set(role, [...(attached.get(role) ?? []), document]);
  }

  const managed = (arn: string, role: Resource): PolicyDocument => {
    const own = assembly.find(arn)?.properties as PolicyProperties | undefined;
    const document = own?.PolicyDocument ?? managedPolicy(arn);
    if (document) return document;
    throw new IamError(`role ${role.logicalId}: the local cloud does not know the managed policy ${arn}`);
  };

  return new Map(
    assembly.ofType('AWS::IAM::Role').map((role) => {
      const { Policies = [], ManagedPolicyArns = [] } = role.properties as RoleProperties;
      const documents = [
        ...Policies.map(({ PolicyDocument: document }) => document),
        ...ManagedPolicyArns.map((arn) => managed(arn, role)),
        ...(attached.get(role.physicalId) ?? []),
      ];
      return [
        role.attributes.Arn ?? role.physicalId,
        documents.flatMap((document) => compileStatements(document, report)),
      ];
    }),
  );
}
