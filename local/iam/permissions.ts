import type { Assembly } from '../ports.ts';
import { wildcard } from './wildcard.ts';

interface PermissionProperties {
  Action?: string;
  FunctionName?: string;
  Principal?: string;
  SourceArn?: string;
}

/** The plain name in a function name or ARN with or without a version or alias. */
const plainName = (nameOrArn: string) => (nameOrArn.split('function:').at(-1) ?? '').split(':')[0];

/**
 * Whether an `AWS::Lambda::Permission` lets a service call a function.
 *
 * @param functionArn name or ARN
 * @param principal e.g. `apigateway.amazonaws.com`
 * @param sourceArn on whose behalf the service calls, e.g. `arn:aws:execute-api:...:api/stage/$connect`
 */
export function permits(
  assembly: Assembly,
  functionArn: string,
  principal: string,
  sourceArn: string,
): boolean {
  return assembly.ofType('AWS::Lambda::Permission').some(({ properties }) => {
    const { Action = '', FunctionName = '', Principal, SourceArn } = properties as PermissionProperties;
    return (
      wildcard(Action, true).test('lambda:InvokeFunction') &&
      (Principal === principal || Principal === '*') &&
      plainName(FunctionName) === plainName(functionArn) &&
      (SourceArn === undefined || wildcard(SourceArn).test(sourceArn))
    );
  });
}
