/** One WebSocket. After `close()`, or once it closed by itself, nothing of it is heard any more. */
import type { WebSocketConstructor, WebSocketLike } from './types.ts';

export interface SocketListener {
  onOpen(): void;
  onText(text: unknown): void;
  /** It closed, or never opened. Not called after `close()`. */
  onClose(): void;
}

export class Socket {
  readonly #socket: WebSocketLike;

  /** Throws when the URL or a subprotocol is not valid. */
  constructor(WebSocket: WebSocketConstructor, url: string, protocols: string[], listener: SocketListener) {
    const socket = new WebSocket(url, protocols);
    this.#socket = socket;
    socket.onopen = () => listener.onOpen();
    socket.onmessage = (event: { data: unknown }) => listener.onText(event.data);
    // The browser tells of an error without a reason and closes right after.
    socket.onerror = () => {};
    socket.onclose = () => {
      this.#silence();
      listener.onClose();
    };
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  close(): void {
    this.#silence();
    this.#socket.close(1000);
  }

  #silence(): void {
    const socket = this.#socket;
    // `onerror` stays: for Node's `ws` an error that nobody hears is fatal.
    socket.onopen = socket.onmessage = socket.onclose = null;
  }
}
