/** A small chat as another team might write it: it knows nothing of this project. */
import { fileURLToPath } from 'node:url';
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpApi, HttpMethod, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
  WebSocketLambdaAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration, WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, BillingMode, type ITable, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogLevel, NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';

function chat(scope: Construct): void {
  const stack = new Stack(scope, 'Chat');
  const table = (name: string, sortKey?: string, stream?: StreamViewType) =>
    new Table(stack, name, {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      ...(sortKey ? { sortKey: { name: sortKey, type: AttributeType.NUMBER } } : {}),
      ...(stream ? { stream } : {}),
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  const connections = table('Connections');
  const messages = table('Messages', 'at', StreamViewType.NEW_IMAGE);
  const rooms = table('Rooms');

  const lambda = (name: string, entry: string, environment: Record<string, string> = {}) =>
    new NodejsFunction(stack, name, {
      runtime: Runtime.NODEJS_24_X,
      entry: fileURLToPath(new URL(`functions/${entry}.ts`, import.meta.url)),
      handler: `${name[0]?.toLowerCase()}${name.slice(1)}`,
      bundling: { logLevel: LogLevel.ERROR },
      environment: { CONNECTIONS: connections.tableName, MESSAGES: messages.tableName, ...environment },
    });
  const connect = lambda('Connect', 'sockets');
  const disconnect = lambda('Disconnect', 'sockets');
  const sendMessage = lambda('SendMessage', 'sockets');
  const fallback = lambda('Fallback', 'sockets');
  const authorizeSocket = lambda('AuthorizeSocket', 'authorizers');
  const authorizeRequest = lambda('AuthorizeRequest', 'authorizers');
  const history = lambda('History', 'history');

  const sockets = new WebSocketApi(stack, 'Sockets', {
    connectRouteOptions: {
      integration: new WebSocketLambdaIntegration('Connect', connect),
      authorizer: new WebSocketLambdaAuthorizer('Authorizer', authorizeSocket, {
        identitySource: ['route.request.querystring.token'],
      }),
    },
    disconnectRouteOptions: { integration: new WebSocketLambdaIntegration('Disconnect', disconnect) },
    defaultRouteOptions: {
      integration: new WebSocketLambdaIntegration('Fallback', fallback),
      returnResponse: true,
    },
  });
  sockets.addRoute('sendmessage', {
    integration: new WebSocketLambdaIntegration('SendMessage', sendMessage),
  });
  const stage = new WebSocketStage(stack, 'Stage', {
    webSocketApi: sockets,
    stageName: 'prod',
    autoDeploy: true,
  });
  const count = lambda('Count', 'count', { ROOMS: rooms.tableName, CALLBACK_URL: stage.callbackUrl });
  count.addEventSource(
    // The L2 types of CDK do not follow exactOptionalPropertyTypes.
    new DynamoEventSource(messages as ITable, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 10,
    }),
  );

  const http = new HttpApi(stack, 'Http');
  http.addRoutes({
    path: '/rooms/{room}/messages',
    methods: [HttpMethod.GET],
    integration: new HttpLambdaIntegration('History', history),
    authorizer: new HttpLambdaAuthorizer('HttpAuthorizer', authorizeRequest, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
    }),
  });

  connections.grantReadWriteData(connect);
  connections.grantReadWriteData(disconnect);
  connections.grantReadData(sendMessage);
  connections.grantReadData(count);
  messages.grantWriteData(sendMessage);
  messages.grantReadData(history);
  rooms.grantReadWriteData(count);
  stage.grantManagementApiAccess(sendMessage);
  stage.grantManagementApiAccess(count);

  new CfnOutput(stack, 'SocketUrl', { value: stage.url });
  new CfnOutput(stack, 'CallbackUrl', { value: stage.callbackUrl });
  new CfnOutput(stack, 'HttpUrl', { value: http.apiEndpoint });
  new CfnOutput(stack, 'MessagesTable', { value: messages.tableName });
}

/** Writes the assembly into `outdir` and returns its folder. */
export function synthesizeChat(outdir: string): string {
  const app = new App({ outdir, context: { 'aws:cdk:enable-path-metadata': false } });
  chat(app);
  return app.synth().directory;
}
