import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { createAuthorizer, createCallerOf, credentialsFor } from '../../../local/iam/index.ts';
import type { Durable } from '../../../local/ports.ts';
import { createQueues } from '../../../local/sqs/index.ts';
import { loadAssembly } from '../../../local/template/index.ts';
import { allow, lambda, role, writeApp } from '../template/fixture.ts';

const arn = 'arn:aws:sqs:us-east-1:000000000000:q';
const QueueUrl = 'https://sqs.us-east-1.amazonaws.com/000000000000/q';
const queue = (name: string, more: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: name, ...more },
});

function memory(): Durable & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    get: async (key) => values.get(key),
    set: async (key, value) => {
      values.set(key, value);
    },
  };
}

async function serve(resources: Record<string, object>, durable: Durable = memory()) {
  await using app = await writeApp({ Test: { Resources: resources } });
  const assembly = loadAssembly(app.directory, { origin: 'http://localhost' });
  const time = { now: 1_000_000 };
  const queues = createQueues({
    assembly,
    authorize: createAuthorizer(assembly),
    clock: () => time.now,
    durable,
  });
  const callerOf = createCallerOf(assembly);
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { method = '', url = '', headers } = request;
    const caller = callerOf(headers.authorization);
    const reply = await queues.handle({ method, url, headers, body, caller, sourceIp: '' });
    response.writeHead(reply.status, reply.headers).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const clientOf = (credentials = { accessKeyId: 'AKIADEVELOPER', secretAccessKey: 'x' }) =>
    new SQSClient({ region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, credentials, maxAttempts: 1 });
  return {
    queues,
    time,
    client: clientOf(),
    clientOf,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('queues over the wire', () => {
  test('a message is sent, received once, hidden, seen again after the timeout, and deleted', async () => {
    await using cloud = await serve({ Q: queue('q') });
    const { client, time } = cloud;
    const sent = await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'hello',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } },
      }),
    );
    expect(sent.MD5OfMessageBody).toBe('5d41402abc4b2a76b9719d911017c592');
    const receive = async () =>
      (await client.send(new ReceiveMessageCommand({ QueueUrl, AttributeNames: ['All'] }))).Messages ?? [];
    const [first] = await receive();
    expect(first).toMatchObject({
      Body: 'hello',
      MessageId: sent.MessageId,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1000000' },
    });
    expect(await receive()).toEqual([]);
    time.now += 30_000;
    const [second] = await receive();
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
    time.now += 30_000;
    expect(await receive()).toEqual([]);
  });

  test('batches, counts, purge, and the URL by name', async () => {
    await using cloud = await serve({ Q: queue('q') });
    const { client } = cloud;
    const count = async () => {
      const AttributeNames = ['ApproximateNumberOfMessages' as const];
      const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
      return Attributes;
    };
    const result = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'a', MessageBody: '1' },
          { Id: 'b', MessageBody: 'x'.repeat(1_048_577) },
          { Id: 'c', MessageBody: '3', DelaySeconds: 5 },
        ],
      }),
    );
    expect(result.Successful?.map(({ Id }) => Id)).toEqual(['a', 'c']);
    expect(result.Failed).toMatchObject([{ Id: 'b', Code: 'InvalidParameterValue' }]);
    expect(await count()).toEqual({ ApproximateNumberOfMessages: '1' });
    cloud.time.now += 5000;
    expect(await count()).toEqual({ ApproximateNumberOfMessages: '2' });
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await count()).toEqual({ ApproximateNumberOfMessages: '0' });
    expect(await client.send(new GetQueueUrlCommand({ QueueName: 'q' }))).toMatchObject({ QueueUrl });
  });

  test('a waiting consumer is woken by the next message', async () => {
    await using cloud = await serve({ Q: queue('q') });
    const received = cloud.client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    const other = cloud.clientOf();
    // Long polls are served in any order with sends, so that the send may also come first.
    await other.send(new SendMessageCommand({ QueueUrl, MessageBody: 'now' }));
    expect((await received).Messages?.[0]?.Body).toBe('now');
  });

  test('a message that was received too often goes to the dead-letter queue', async () => {
    const RedrivePolicy = { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 1 };
    await using cloud = await serve({ Q: queue('q', { RedrivePolicy }), Dead: queue('dead') });
    await cloud.queues.send(arn, 'poison');
    const receive = async (name: string) => {
      const url = QueueUrl.replace(/q$/, name);
      return (await cloud.client.send(new ReceiveMessageCommand({ QueueUrl: url }))).Messages ?? [];
    };
    expect(await receive('q')).toHaveLength(1);
    cloud.time.now += 30_000;
    expect(await receive('q')).toEqual([]);
    expect((await receive('dead'))[0]?.Body).toBe('poison');
  });

  test('a function needs the grant, and an unknown queue has the SDK’s error', async () => {
    await using cloud = await serve({
      Q: queue('q'),
      Role: role('r', [allow('sqs:SendMessage', arn)]),
      F: lambda('f', ''),
    });
    const client = cloud.clientOf(credentialsFor('f'));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    await expect(client.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('not authorized to perform: sqs:ReceiveMessage'),
    });
    await expect(cloud.client.send(new GetQueueUrlCommand({ QueueName: 'no' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
  });
});

test('messages are kept over a restart, for the retention period', async () => {
  const durable = memory();
  {
    await using cloud = await serve({ Q: queue('q') }, durable);
    await Promise.all(['a', 'b', 'c'].map((body) => cloud.queues.send(arn, body)));
  }
  await using cloud = await serve({ Q: queue('q') }, durable);
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
  const { Messages } = await cloud.client.send(receive);
  expect(Messages?.map(({ Body }) => Body)).toEqual(['a', 'b', 'c']);
  cloud.time.now += 4 * 86_400_000 + 1;
  expect((await cloud.client.send(receive)).Messages).toBeUndefined();
});
