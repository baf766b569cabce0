/**
 * One socket from its token to its end, and the protocol spoken over it. Two sessions may live at once while one takes
 * over from the other; each has its own timers and questions, and nothing of it is heard after `end()`.
 */
import type { ClientFrame, ServerFrame, subprotocol } from '../../core/protocol.ts';
import type { GroupModel } from './group-model.ts';
import { isCredential, parseServerFrame } from './guard.ts';
import { createSubscriptions, type Question } from './subscriptions.ts';
import { createTimers } from './timers.ts';
import type { ClientFault, Clock, FrameTap, WebSocketConstructor, WebSocketLike } from './types.ts';

const protocol: typeof subprotocol = 'pulsecast.v1';

/** How long token and handshake may take together, in ms. */
const openWithin = 15_000;

/** A socket that stays open this long counts as working, even if nothing was asked over it. In ms. */
const provenAfter = 10_000;

/** How long an answer may take, in ms: a Lambda with a cold start answers within 3 s. Without one the socket is dead. */
const answerWithin = 10_000;

/** How late a timer may fire, in ms, to be believed: past that the page was frozen, and the answer may just be queued. */
const lateness = 5000;

export type SignalFrame = Extract<ServerFrame, { type: 'signal' }>;

export interface SessionHost {
  readonly models: ReadonlyMap<string, GroupModel>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly WebSocket: WebSocketConstructor;
  readonly url: string;
  takeToken(): Promise<string | undefined>;
  /** It has opened or proven itself, or a frame has been dealt with. */
  onChange(session: Session): void;
  /** The server has taken the new token, or could not take it now. */
  onRefreshed(session: Session): void;
  /** Without an error it was lost by the network, or unanswered; with one, final unless it is to come back `afterMs`. */
  onEnd(session: Session, error?: ClientFault, afterMs?: number): void;
  onFrame(tap: FrameTap): void;
  onError(error: unknown): void;
}

export interface Session {
  /** The token that the server knows last. */
  token: string | undefined;
  open: boolean;
  /** The server works with this socket. */
  proven: boolean;
  /** Whether every wanted group has its answer. */
  settled(): boolean;
  /** Subscribes and unsubscribes as the wanted groups demand. */
  flush(): void;
  /** Asks what was missed, or at least whether the socket is alive, where that is not being asked already. */
  probe(): void;
  refresh(token: string): void;
  signal(group: string, data: unknown): boolean;
  /** Closes without a word to the host. */
  end(): void;
}

/** Makes a session, which asks for a token and connects. */
export function createSession(host: SessionHost): Session {
  const { models, clock } = host;
  const timers = createTimers(clock);
  const unanswered = new Map<string | undefined, Question>();
  let last = 0;
  let socket: WebSocketLike | undefined;
  let ended = false;
  let refreshing = false;

  const session: Session = {
    token: undefined,
    open: false,
    proven: false,
    settled: () => session.open && subscriptions.settled(),
    flush() {
      if (session.open) subscriptions.flush();
    },
    probe() {
      if (session.open && !subscriptions.sync() && unanswered.size === 0) ask({ action: 'sync', groups: [] });
    },
    refresh(token) {
      refreshing = true;
      ask({ action: 'refresh', token });
    },
    signal(group, data) {
      if (session.open) send({ action: 'signal', id: 'signal', group, data });
      return session.open;
    },
    end() {
      ended = true;
      session.open = false;
      timers.end();
      if (!socket) return;
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    },
  };
  const subscriptions = createSubscriptions({ ...host, timers, ask, refreshing: () => refreshing });

  async function start(): Promise<void> {
    timers.set('open', openWithin, () => finish());
    try {
      const token = await host.takeToken();
      if (ended) return;
      session.token = token;
      socket = new host.WebSocket(host.url, token === undefined ? [protocol] : [protocol, `jwt.${token}`]);
      socket.onopen = opened;
      socket.onmessage = ({ data }: { data: unknown }) => receive(data);
      // The browser tells of an error without a reason and closes right after; for Node's `ws` one unheard is fatal.
      socket.onerror = () => {};
      socket.onclose = () => finish();
    } catch (error) {
      if (ended) return;
      host.onError(error);
      finish();
    }
  }

  function finish(error?: ClientFault, afterMs?: number): void {
    if (ended) return;
    session.end();
    host.onEnd(session, error, afterMs);
  }

  function opened(): void {
    timers.clear('open');
    session.open = true;
    timers.set('proven', provenAfter, () => {
      session.proven = true;
      host.onChange(session);
    });
    host.onChange(session);
    session.flush();
  }

  function ask(question: Question): void {
    last += 1;
    const id = String(last);
    unanswered.set(id, question);
    awaitAnswer(id);
    send({ ...question, id });
  }

  function awaitAnswer(id: string): void {
    const due = clock.now() + answerWithin;
    timers.set(`answer ${id}`, answerWithin, () => {
      if (clock.now() - due > lateness) awaitAnswer(id);
      else finish();
    });
  }

  function send(frame: ClientFrame): void {
    const shown = frame.action === 'refresh' ? { ...frame, token: '...' } : frame;
    host.onFrame({ direction: 'out', at: clock.now(), frame: shown });
    // A listener of that frame may have closed the client.
    if (!ended) socket?.send(JSON.stringify(frame));
  }

  function receive(text: unknown): void {
    let frame: ServerFrame | undefined;
    try {
      frame = parseServerFrame(text);
    } catch (error) {
      host.onError(error);
    }
    if (!frame) return;
    host.onFrame({ direction: 'in', at: clock.now(), frame });
    if (ended) return;
    const { id } = frame as { id?: string };
    const question = unanswered.get(id);
    unanswered.delete(id);
    timers.clear(`answer ${id}`);
    take(frame, question);
    host.onChange(session);
  }

  function take(frame: ServerFrame, question: Question | undefined): void {
    const accepted = frame.type !== 'error';
    if (!accepted || frame.type === 'disconnect') {
      const { code, message } = frame;
      const fault = { code, message };
      if (accepted || isCredential(code)) {
        finish(fault, accepted && frame.reconnect ? frame.afterMs : undefined);
        return;
      }
      host.onError(fault);
    } else session.proven = true;
    if (frame.type === 'events') frame.groups.forEach(subscriptions.push);
    else if (frame.type === 'signal') takeSignal(models, frame);
    else if (question?.action === 'unsubscribe') subscriptions.left(question.groups);
    else if (question?.action === 'refresh') {
      refreshing = false;
      if (accepted) session.token = question.token;
      subscriptions.flush(accepted);
      // The server has left the groups that the new token may not see.
      if (accepted) session.probe();
      host.onRefreshed(session);
    } else if (question && frame.type !== 'unsubscribed' && frame.type !== 'refreshed')
      subscriptions.answered(question, frame);
  }

  void start();
  return session;
}

/** Tells a group of a signal. One with an id is the reply to our own. */
export function takeSignal(
  models: ReadonlyMap<string, GroupModel>,
  { id, group, from, data }: SignalFrame,
): void {
  if (id === undefined) models.get(group)?.signals.tell({ from, data });
}
