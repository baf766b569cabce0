/**
 * The route signal: something short-lived for the others of a group ("somebody edits these lines"), not kept in the log.
 * The sender gets the same frame as the reply.
 */
import { PulsecastError } from '../core/codes.ts';
import { jsonBytes } from '../core/log.ts';
import { readClientFrame, type ServerFrame } from '../core/protocol.ts';
import { type Connections, createConnections } from './adapters/connections.ts';
import { dynamo } from './adapters/dynamo.ts';
import { createMembers, type Members } from './adapters/members.ts';
import { createPoster, type PostAll, signedSend } from './adapters/post.ts';
import { createPresence } from './adapters/presence.ts';
import { frameChain } from './chain.ts';
import { env, once } from './environment.ts';
import { bodyText, frameReply, type SocketEvent } from './events.ts';
import { type Forgetting, forget } from './forget.ts';
import { admitted } from './session.ts';
import { count } from './telemetry.ts';

export interface SignalEffects extends Forgetting {
  connections: Connections;
  members: Members;
  post: PostAll;
}

/** Largest `data`, in bytes of JSON. */
const maxDataBytes = 1024;

/** Time for all posts, in ms: a signal that comes later than this means nothing any more. */
const patienceMs = 3000;

const cloud = once(
  (): SignalEffects => ({
    connections: createConnections(dynamo(), env('CONNECTIONS_TABLE')),
    members: createMembers(dynamo(), env('MEMBERS_TABLE')),
    presence: createPresence(dynamo(), env('PRESENCE_TABLE')),
    post: createPoster({ send: signedSend() }),
    now: Date.now,
  }),
);

export const handler = frameChain((event) => signal(event));

/** Errors: `too_large`, `forbidden` (not subscribed, or anonymous), `rate_limited`, and those of the session. */
export async function signal(event: SocketEvent, effects: SignalEffects = cloud()) {
  const frame = readClientFrame(bodyText(event));
  if (frame.action !== 'signal') throw new PulsecastError('unknown_action', 'This route takes signal.');
  const { group, data } = frame;
  if (jsonBytes(data ?? null) > maxDataBytes) {
    throw new PulsecastError('too_large', `The data of a signal takes at most ${maxDataBytes} bytes.`);
  }
  const { connectionId } = event.requestContext;
  const [spent, subscription, members] = await Promise.all([
    effects.connections.spend(connectionId, 'signals', effects.now()),
    effects.connections.subscription(connectionId, group),
    effects.members.of(group, effects.now()),
  ]);
  const { principal } = admitted(spent, effects.now());
  if (subscription?.left !== false || principal.kind === 'anonymous') {
    throw new PulsecastError('forbidden', 'Only users who have subscribed to a group may signal to it.');
  }
  const sent: ServerFrame = { type: 'signal', group, from: { user: principal.sub }, data };
  const text = JSON.stringify(sent);
  const others = members.filter((other) => other !== connectionId);
  const { posts, gone } = await effects.post(
    others.map((other) => ({ connectionId: other, frames: [text] })),
    effects.now() + patienceMs,
  );
  count('posts', posts);
  await Promise.all(gone.map((other) => forget(other, effects, [group])));
  return frameReply({ ...sent, ...(frame.id === undefined ? {} : { id: frame.id }) });
}
