import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Properties = Record<string, unknown>;
interface TemplateResource {
  Type: string;
  Properties?: Properties;
}

/** Writes an assembly with one stack, as `cdk synth` would: the least that the local cloud reads. */
export function writeAssembly(
  directory: string,
  template: { Resources: Record<string, TemplateResource>; Outputs?: Properties; Parameters?: Properties },
  files: Record<string, Record<string, string>> = {},
): string {
  mkdirSync(directory, { recursive: true });
  const write = (name: string, content: unknown) =>
    writeFileSync(join(directory, name), JSON.stringify(content));
  for (const [asset, contents] of Object.entries(files)) {
    mkdirSync(join(directory, `asset.${asset}`), { recursive: true });
    for (const [name, text] of Object.entries(contents)) {
      writeFileSync(join(directory, `asset.${asset}`, name), text);
    }
  }
  write('Mini.template.json', template);
  write('Mini.assets.json', {
    version: '43.0.0',
    files: Object.fromEntries(
      Object.keys(files).map((asset) => [
        asset,
        {
          source: { path: `asset.${asset}`, packaging: 'zip' },
          destinations: { current: { bucketName: 'assets', objectKey: `${asset}.zip` } },
        },
      ]),
    ),
  });
  write('manifest.json', {
    version: '43.0.0',
    artifacts: {
      'Mini.assets': { type: 'cdk:asset-manifest', properties: { file: 'Mini.assets.json' } },
      Mini: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/unknown-region',
        properties: { templateFile: 'Mini.template.json' },
      },
    },
  });
  return directory;
}

const getArn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

/** A function with inline code, its role and the permission for API Gateway. */
export function inlineFunction(
  id: string,
  code: string,
  actions: string[] = [],
): Record<string, TemplateResource> {
  return {
    [`${id}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {},
        Policies: actions.length
          ? [
              {
                PolicyName: 'own',
                PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] },
              },
            ]
          : [],
      },
    },
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: getArn(`${id}Role`),
        Timeout: 10,
        Code: { ZipFile: code },
      },
    },
    [`${id}Permission`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: getArn(id),
        Principal: 'apigateway.amazonaws.com',
      },
    },
  };
}

/** An API with one stage and routes to functions. */
export function api(
  id: string,
  protocol: 'HTTP' | 'WEBSOCKET',
  stage: string,
  routes: Record<string, string>,
): Record<string, TemplateResource> {
  const resources: Record<string, TemplateResource> = {
    [id]: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: {
        Name: id,
        ProtocolType: protocol,
        ...(protocol === 'WEBSOCKET' ? { RouteSelectionExpression: '$request.body.action' } : {}),
      },
    },
    [`${id}Stage`]: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: id }, StageName: stage, AutoDeploy: true },
    },
  };
  for (const [index, [key, name]] of Object.entries(routes).entries()) {
    resources[`${id}Integration${index}`] = {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: id },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: getArn(name),
        PayloadFormatVersion: '2.0',
      },
    };
    resources[`${id}Route${index}`] = {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: id },
        RouteKey: key,
        AuthorizationType: 'NONE',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${id}Integration${index}` }]] },
      },
    };
  }
  return resources;
}
