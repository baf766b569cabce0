/** Amazon SQS, as much as dead letters, destinations and their tests need. Standard queues, JSON protocol. */
import { randomUUID } from 'node:crypto';
import {
  type Assembly,
  type Authorize,
  AwsError,
  type Clock,
  type Durable,
  type Service,
  type ServiceReply,
} from '../ports.ts';
import { createQueue, type MessageAttribute, type Queue } from './queue.ts';
import { receivedShape, sentShape, settingsOf } from './wire.ts';

export interface QueuesOptions {
  assembly: Assembly;
  authorize: Authorize;
  clock: Clock;
  /** Where messages are kept over restarts. */
  durable: Durable;
  /** Ids of messages and receipts; random UUIDs by default. */
  newId?: () => string;
}

export interface Queues extends Service {
  /** Sends without a check of permissions: the caller made it. Throws `QueueDoesNotExist`. */
  send(queueArn: string, body: string): Promise<void>;
}

interface Input {
  QueueUrl?: string;
  QueueName?: string;
  MessageBody?: string;
  MessageAttributes?: Record<string, MessageAttribute>;
  DelaySeconds?: number;
  Entries?: (Input & { Id: string })[];
  MaxNumberOfMessages?: number;
  VisibilityTimeout?: number;
  WaitTimeSeconds?: number;
  ReceiptHandle?: string;
  AttributeNames?: string[];
  MessageSystemAttributeNames?: string[];
}

type Action = (queue: Queue, input: Input) => Promise<object>;

/** AWS's limit for a message since August 2025, bytes. */
const maxMessage = 1_048_576;

const seconds = (value: number | undefined) => (value === undefined ? undefined : value * 1000);

async function send(queue: Queue, { MessageBody = '', MessageAttributes, DelaySeconds }: Input) {
  if (MessageBody === '') {
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  }
  if (Buffer.byteLength(MessageBody) > maxMessage) {
    const reason = `Message must be shorter than ${maxMessage} bytes.`;
    throw new AwsError('InvalidParameterValue', `One or more parameters are invalid. Reason: ${reason}`);
  }
  return sentShape(await queue.add(MessageBody, MessageAttributes, seconds(DelaySeconds)));
}

/** Resolves at the queue's next message, or after `ms`. */
function nextMessage(queue: Queue, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms).unref();
  const stop = queue.onAdd(resolve);
  return promise.finally(() => {
    clearTimeout(timer);
    stop();
  });
}

/** Runs each entry of a batch by itself: one that fails does not fail the others. */
function batch(action: Action): Action {
  return async (queue, { Entries = [] }) => {
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const entry of Entries) {
      try {
        Successful.push({ Id: entry.Id, ...(await action(queue, entry)) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({ Id: entry.Id, Code: error.name, Message: error.message, SenderFault: true });
      }
    }
    return { Successful, Failed };
  };
}

const remove: Action = async (queue, { ReceiptHandle = '' }) => {
  await queue.remove(ReceiptHandle);
  return {};
};

const actions: Record<string, Action> = {
  SendMessage: send,
  SendMessageBatch: batch(send),
  DeleteMessage: remove,
  DeleteMessageBatch: batch(remove),
  async ReceiveMessage(queue, input) {
    const { MaxNumberOfMessages = 1, VisibilityTimeout, WaitTimeSeconds = 0 } = input;
    const take = () => queue.take(MaxNumberOfMessages, seconds(VisibilityTimeout));
    let messages = await take();
    if (messages.length === 0 && WaitTimeSeconds > 0) {
      await nextMessage(queue, WaitTimeSeconds * 1000);
      messages = await take();
    }
    const system = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
    return messages.length > 0 ? { Messages: messages.map((one) => receivedShape(one, system)) } : {};
  },
  async ChangeMessageVisibility(queue, { ReceiptHandle = '', VisibilityTimeout = 0 }) {
    if (await queue.hide(ReceiptHandle, VisibilityTimeout * 1000)) return {};
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle ${ReceiptHandle} is not valid.`);
  },
  async PurgeQueue(queue) {
    await queue.purge();
    return {};
  },
  async GetQueueUrl(queue) {
    return { QueueUrl: queue.settings.url };
  },
  async GetQueueAttributes(queue, { AttributeNames = [] }) {
    const { settings } = queue;
    const { visible, hidden, delayed } = await queue.counts();
    const all: Record<string, unknown> = {
      QueueArn: settings.arn,
      ApproximateNumberOfMessages: visible,
      ApproximateNumberOfMessagesNotVisible: hidden,
      ApproximateNumberOfMessagesDelayed: delayed,
      VisibilityTimeout: settings.visibilityMs / 1000,
      DelaySeconds: settings.delayMs / 1000,
      MessageRetentionPeriod: settings.retentionMs / 1000,
    };
    const wanted = Object.entries(all).filter(
      ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
    );
    return { Attributes: Object.fromEntries(wanted.map(([name, value]) => [name, String(value)])) };
  },
};

/** IAM has no actions of their own for the batch calls. */
const iamAction = (name: string) => `sqs:${name.replace(/Batch$/, '')}`;

function reply(status: number, body: object, errorName?: string): ServiceReply {
  return {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amzn-requestid': randomUUID(),
      ...(errorName && { 'x-amzn-query-error': `${errorName};Sender` }),
    },
    body: JSON.stringify(body),
  };
}

export function createQueues(options: QueuesOptions): Queues {
  const { assembly, authorize, clock, durable, newId = randomUUID } = options;
  const queues = new Map<string, Queue>();

  /** By URL, ARN or name: the name is the last part of each. */
  const find = (id: string): Queue => {
    const queue = queues.get(id.split(/[/:]/).at(-1) ?? '');
    if (queue) return queue;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  };
  for (const { attributes, properties } of assembly.ofType('AWS::SQS::Queue')) {
    const settings = settingsOf(attributes, properties);
    const deadLetter = async (
      targetArn: string,
      { body, attributes: own }: { body: string; attributes?: Record<string, MessageAttribute> },
    ) => {
      await find(targetArn).add(body, own);
    };
    queues.set(settings.name, createQueue({ settings, durable, clock, newId, deadLetter }));
  }

  return {
    async send(queueArn, body) {
      await find(queueArn).add(body);
    },
    async handle({ headers, body, caller }) {
      try {
        const name = String(headers['x-amz-target'] ?? '').replace(/^AmazonSQS\./, '');
        const action = actions[name];
        if (!action) {
          throw new AwsError('InvalidAction', `the local cloud does not support the SQS action ${name}`);
        }
        const input: Input = JSON.parse(body.toString() || '{}');
        const queue = find(input.QueueUrl ?? input.QueueName ?? '');
        authorize(caller, iamAction(name), queue.settings.arn);
        return reply(200, await action(queue, input));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const status = error.name === 'AccessDeniedException' ? 403 : error.status;
        const type = `com.amazonaws.sqs#${error.name}`;
        return reply(status, { __type: type, message: error.message, ...error.extra }, error.name);
      }
    },
  };
}
