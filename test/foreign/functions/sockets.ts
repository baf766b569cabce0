import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type {
  APIGatewayEventWebsocketRequestContextV2,
  APIGatewayProxyResultV2,
  APIGatewayProxyWebsocketEventV2,
  APIGatewayProxyWebsocketEventV2WithRequestContext,
} from 'aws-lambda';

type Authorized = APIGatewayEventWebsocketRequestContextV2 & { authorizer: { principalId: string } };
type AuthorizedEvent = APIGatewayProxyWebsocketEventV2WithRequestContext<Authorized>;

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const TableName = process.env.CONNECTIONS;

export const connect = async (event: AuthorizedEvent): Promise<APIGatewayProxyResultV2> => {
  const { connectionId, authorizer } = event.requestContext;
  await db.send(new PutCommand({ TableName, Item: { id: connectionId, user: authorizer.principalId } }));
  return { statusCode: 200 };
};

export const disconnect = async (
  event: APIGatewayProxyWebsocketEventV2,
): Promise<APIGatewayProxyResultV2> => {
  await db.send(new DeleteCommand({ TableName, Key: { id: event.requestContext.connectionId } }));
  return { statusCode: 200 };
};

export const fallback = async (event: AuthorizedEvent): Promise<APIGatewayProxyResultV2> => ({
  statusCode: 200,
  body: JSON.stringify({ you: event.requestContext.authorizer.principalId, said: event.body }),
});

export const sendMessage = async (event: AuthorizedEvent): Promise<APIGatewayProxyResultV2> => {
  const { domainName, stage, authorizer } = event.requestContext;
  const client = new ApiGatewayManagementApiClient({ endpoint: `https://${domainName}/${stage}` });
  const { room, text } = JSON.parse(event.body ?? '{}') as { room: string; text: string };
  const user = authorizer.principalId;
  await db.send(
    new PutCommand({
      TableName: process.env.MESSAGES,
      Item: { id: room, at: event.requestContext.requestTimeEpoch, user, text },
    }),
  );
  const { Items = [] } = await db.send(new ScanCommand({ TableName }));
  const Data = JSON.stringify({ type: 'message', room, user, text });
  await Promise.all(
    Items.map(async ({ id }) => {
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: id, Data }));
      } catch (error) {
        if (!(error instanceof Error && error.name === 'GoneException')) throw error;
      }
    }),
  );
  return { statusCode: 200 };
};
