/** The shapes of SQS's JSON protocol. */
import { createHash } from 'node:crypto';
import { account } from '../ports.ts';
import { type Message, type MessageAttribute, md5, type QueueSettings } from './queue.ts';

/** MD5 over name, type and value of each attribute in the order of names, each with its length before it. */
export function attributesMd5(attributes: Record<string, MessageAttribute>): string {
  const hash = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? {};
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([BinaryValue === undefined ? 1 : 2]));
    add(BinaryValue === undefined ? Buffer.from(StringValue ?? '') : Buffer.from(BinaryValue, 'base64'));
  }
  return hash.digest('hex');
}

export function sentShape({ id, body, attributes }: Message): object {
  return {
    MessageId: id,
    MD5OfMessageBody: md5(body),
    ...(attributes && { MD5OfMessageAttributes: attributesMd5(attributes) }),
  };
}

/** @param system names of wanted system attributes, or `All` */
export function receivedShape(message: Message, system: readonly string[]): object {
  const all: Record<string, string> = {
    SenderId: account,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? ''),
  };
  const wanted = Object.entries(all).filter(([name]) => system.includes('All') || system.includes(name));
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(wanted.length > 0 && { Attributes: Object.fromEntries(wanted) }),
    ...(message.attributes && {
      MessageAttributes: message.attributes,
      MD5OfMessageAttributes: attributesMd5(message.attributes),
    }),
  };
}

interface QueueProperties {
  VisibilityTimeout?: number | string;
  DelaySeconds?: number | string;
  MessageRetentionPeriod?: number | string;
  RedrivePolicy?: { deadLetterTargetArn?: string; maxReceiveCount?: number | string };
}

/** Reads a queue's properties; seconds in the template, milliseconds here. */
export function settingsOf(
  attributes: Record<string, string>,
  properties: Record<string, unknown>,
): QueueSettings {
  const { VisibilityTimeout, DelaySeconds, MessageRetentionPeriod, RedrivePolicy } =
    properties as QueueProperties;
  const target = RedrivePolicy?.deadLetterTargetArn;
  return {
    arn: attributes.Arn ?? '',
    name: attributes.QueueName ?? '',
    url: attributes.QueueUrl ?? '',
    visibilityMs: Number(VisibilityTimeout ?? 30) * 1000,
    delayMs: Number(DelaySeconds ?? 0) * 1000,
    retentionMs: Number(MessageRetentionPeriod ?? 345_600) * 1000,
    redrive: target
      ? { targetArn: target, maxReceiveCount: Number(RedrivePolicy.maxReceiveCount ?? 10) }
      : undefined,
  };
}
