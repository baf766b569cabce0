import { ApiGatewayManagementApi } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';

const db = DynamoDBDocument.from(new DynamoDB());
const sockets = new ApiGatewayManagementApi({ endpoint: process.env.CALLBACK_URL ?? '' });

export const count = async (event: DynamoDBStreamEvent): Promise<void> => {
  for (const { dynamodb } of event.Records) {
    const room = dynamodb?.Keys?.id?.S ?? '';
    const { Attributes } = await db.update({
      TableName: process.env.ROOMS,
      Key: { id: room },
      UpdateExpression: 'ADD messages :one',
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'ALL_NEW',
    });
    const { Items = [] } = await db.scan({ TableName: process.env.CONNECTIONS });
    const Data = JSON.stringify({ type: 'count', room, messages: Attributes?.messages });
    await Promise.allSettled(Items.map(({ id }) => sockets.postToConnection({ ConnectionId: id, Data })));
  }
};
