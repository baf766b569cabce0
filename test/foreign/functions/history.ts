import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const history = async (event: APIGatewayProxyEventV2) => {
  const { Items = [] } = await db.send(
    new QueryCommand({
      TableName: process.env.MESSAGES,
      KeyConditionExpression: 'id = :room',
      ExpressionAttributeValues: { ':room': event.pathParameters?.room },
    }),
  );
  return Items.map(({ user, text }) => ({ user, text }));
};
