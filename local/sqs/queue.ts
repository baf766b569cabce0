/** One queue: its messages and when each can be seen. Pure but for the persistence it is given. */
import { createHash } from 'node:crypto';
import type { Clock, Durable } from '../ports.ts';

export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

export interface Message {
  id: string;
  body: string;
  attributes?: Record<string, MessageAttribute>;
  sentAt: number;
  /** Epoch milliseconds from which a consumer may receive it. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** The handle of the latest receipt. */
  receipt?: string;
}

/** Settings of the template, in milliseconds. The defaults are AWS's. */
export interface QueueSettings {
  arn: string;
  name: string;
  url: string;
  /** Default 30 s. */
  visibilityMs: number;
  /** Default 0. */
  delayMs: number;
  /** Default 4 days. */
  retentionMs: number;
  /** Where a message goes that was received `maxReceiveCount` times without being deleted. */
  redrive: { targetArn: string; maxReceiveCount: number } | undefined;
}

export interface Queue {
  settings: QueueSettings;
  /** Resolves once the message is stored. */
  add(body: string, attributes?: Record<string, MessageAttribute>, delayMs?: number): Promise<Message>;
  /** Up to `max` visible messages, now hidden for `visibilityMs`. */
  take(max: number, visibilityMs: number | undefined): Promise<Message[]>;
  /** Hides a received message until then. False when the handle is not the latest one. */
  hide(receipt: string, visibilityMs: number): Promise<boolean>;
  remove(receipt: string): Promise<void>;
  purge(): Promise<void>;
  counts(): Promise<{ visible: number; hidden: number; delayed: number }>;
  /** Calls `listener` at the next new message; returns the function that stops it. */
  onAdd(listener: () => void): () => void;
}

export interface QueueOptions {
  settings: QueueSettings;
  durable: Durable;
  clock: Clock;
  newId: () => string;
  /** Moves a message on to the dead-letter queue. */
  deadLetter(targetArn: string, message: Message): Promise<void>;
}

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** The whole queue is stored as one value, which suits what it is for: few messages, kept over restarts. */
export function createQueue({ settings, durable, clock, newId, deadLetter }: QueueOptions): Queue {
  const key = `sqs:${settings.name}`;
  const listeners = new Set<() => void>();
  let messages: Message[] = [];
  const loaded = durable.get(key).then((text) => {
    if (text !== undefined) messages = JSON.parse(text);
  });
  let saving: Promise<void> | undefined;
  let again: Promise<void> | undefined;

  /** Writes the present state; calls during a write share the one that follows it. */
  const save = (): Promise<void> => {
    if (saving) {
      again ??= saving.then(() => {
        again = undefined;
        return save();
      });
      return again;
    }
    saving = durable.set(key, JSON.stringify(messages)).finally(() => {
      saving = undefined;
    });
    return saving;
  };
  const ready = async () => {
    await loaded;
    const oldest = clock() - settings.retentionMs;
    if (messages.some(({ sentAt }) => sentAt < oldest)) {
      messages = messages.filter(({ sentAt }) => sentAt >= oldest);
    }
  };

  return {
    settings,
    async add(body, attributes, delayMs = settings.delayMs) {
      await ready();
      const now = clock();
      const message: Message = {
        id: newId(),
        body,
        ...(attributes && { attributes }),
        sentAt: now,
        visibleAt: now + delayMs,
        receiveCount: 0,
      };
      messages.push(message);
      await save();
      for (const listener of listeners) listener();
      return message;
    },
    async take(max, visibilityMs = settings.visibilityMs) {
      await ready();
      const now = clock();
      const { redrive } = settings;
      const visible = messages.filter(({ visibleAt }) => visibleAt <= now);
      const dead = redrive
        ? visible.filter(({ receiveCount }) => receiveCount >= redrive.maxReceiveCount)
        : [];
      const taken = visible.filter((message) => !dead.includes(message)).slice(0, max);
      for (const message of taken) {
        message.visibleAt = now + visibilityMs;
        message.receiveCount += 1;
        message.firstReceivedAt ??= now;
        message.receipt = newId();
      }
      messages = messages.filter((message) => !dead.includes(message));
      if (redrive) await Promise.all(dead.map((message) => deadLetter(redrive.targetArn, message)));
      if (taken.length + dead.length > 0) await save();
      return taken;
    },
    async hide(receipt, visibilityMs) {
      await ready();
      const message = messages.find((one) => one.receipt === receipt);
      if (!message) return false;
      message.visibleAt = clock() + visibilityMs;
      await save();
      return true;
    },
    async remove(receipt) {
      await ready();
      messages = messages.filter((one) => one.receipt !== receipt);
      await save();
    },
    async purge() {
      await ready();
      messages = [];
      await save();
    },
    async counts() {
      await ready();
      const now = clock();
      const waiting = messages.filter(({ visibleAt }) => visibleAt > now);
      const delayed = waiting.filter(({ receiveCount }) => receiveCount === 0).length;
      return {
        visible: messages.length - waiting.length,
        hidden: waiting.length - delayed,
        delayed,
      };
    },
    onAdd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
