/** A DynamoDB of its own for a test, behind an HTTP server on a free port, with the real SDK clients. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import { createDynamoDb, type DynamoDbOptions } from '../../../local/dynamodb/index.ts';
import type { Caller, Resource } from '../../../local/ports.ts';

export const streamArn = (table: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${table}/stream/1`;

/** A table with keys `pk` and `sk` (strings), a stream and TTL on `expiresAt`. */
export function table(name: string, properties: Record<string, unknown> = {}): Resource {
  return {
    logicalId: name,
    type: 'AWS::DynamoDB::GlobalTable',
    physicalId: name,
    attributes: {
      Arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
      StreamArn: streamArn(name),
    },
    metadata: {},
    properties: {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      ...properties,
    },
  };
}

/** The properties of a table with the global index `by-status` on `status` and `at` (a number). */
export const withIndex = {
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'status', AttributeType: 'S' },
    { AttributeName: 'at', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-status',
      KeySchema: [
        { AttributeName: 'status', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};

export interface ServerOptions extends Partial<DynamoDbOptions> {
  tables: Resource[];
  /** Who makes all calls. Default: an administrator. */
  caller?: Caller;
}

export async function startDynamoDb({ tables, caller = {}, ...options }: ServerOptions) {
  const dynamo = await createDynamoDb({
    clock: Date.now,
    authorize: () => undefined,
    meter: () => undefined,
    ...options,
  });
  await dynamo.ensureTables(tables);
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const body = Buffer.concat(await request.toArray());
    const reply = await dynamo.handle({ method, url, headers, body, caller, sourceIp: '127.0.0.1' });
    response.writeHead(reply.status, reply.headers).end(reply.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return {
    dynamo,
    client,
    documents: DynamoDBDocument.from(client),
    async [Symbol.asyncDispose]() {
      client.destroy();
      server.close();
      server.closeAllConnections();
      await dynamo.close();
    },
  };
}

/** A folder that is removed with the block that uses it. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
