/**
 * Connections between a sandbox and the local cloud that stay within this process: streams over one message port, several
 * of them in one message. Over TCP each was a call of the kernel, which woke the other thread (`docs/decisions/0018`).
 */
import { Duplex } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';

/** What a frame tells when it carries no bytes. */
const opened = 0xffff_fffd;
const ended = 0xffff_fffe;
const gone = 0xffff_ffff;

/** Before each frame: the number of its connection, and how many bytes follow or one of the above. */
const headBytes = 8;

/** So many bytes go at once; fewer wait until the thread has seen to all that has come in. */
const enough = 4 * 1024;

interface Written {
  chunk: Buffer | string;
  encoding: BufferEncoding;
}

interface Frame {
  id: number;
  what: number;
  chunks: readonly Written[];
}

const sizeOf = ({ chunk, encoding }: Written): number =>
  typeof chunk === 'string' ? Buffer.byteLength(chunk, encoding) : chunk.length;

export interface Link {
  /** Opens a connection. It can be written to at once. */
  connect(): LinkSocket;
}

/** One end of a link. `accept` is given what the other end opens; everything ends when the port does. */
export function createLink(port: MessagePort, accept?: (socket: LinkSocket) => void): Link {
  const sockets = new Map<number, LinkSocket>();
  let waiting: Frame[] = [];
  let bytes = 0;
  let due = false;
  let lastId = 0;

  const flush = (): void => {
    if (waiting.length === 0) return;
    // One piece of memory, which changes hands: a view of Node's own pool would be copied with the whole pool.
    const message = new ArrayBuffer(bytes);
    const buffer = Buffer.from(message);
    let at = 0;
    for (const { id, what, chunks } of waiting) {
      buffer.writeUInt32LE(id, at);
      buffer.writeUInt32LE(what, at + 4);
      at += headBytes;
      for (const { chunk, encoding } of chunks) {
        at += typeof chunk === 'string' ? buffer.write(chunk, at, encoding) : chunk.copy(buffer, at);
      }
    }
    waiting = [];
    bytes = 0;
    port.postMessage(message, [message]);
  };

  const send = (id: number, what: number, chunks: readonly Written[] = []): void => {
    waiting.push({ id, what, chunks });
    bytes += headBytes + (chunks.length > 0 ? what : 0);
    if (bytes >= enough) flush();
    if (due) return;
    due = true;
    setImmediate(() => {
      due = false;
      flush();
    });
  };

  const add = (id: number, allowHalfOpen: boolean): LinkSocket => {
    const socket = new LinkSocket(allowHalfOpen, {
      write(chunks) {
        const size = chunks.reduce((sum, chunk) => sum + sizeOf(chunk), 0);
        if (size > 0) send(id, size, chunks);
      },
      end: () => send(id, ended),
      close: () => {
        if (sockets.delete(id)) send(id, gone);
      },
    });
    sockets.set(id, socket);
    return socket;
  };

  const forget = (id: number): void => {
    const socket = sockets.get(id);
    sockets.delete(id);
    socket?.destroy();
  };

  port.on('message', (message: ArrayBuffer) => {
    const buffer = Buffer.from(message);
    for (let at = 0; at < buffer.length; ) {
      const id = buffer.readUInt32LE(at);
      const what = buffer.readUInt32LE(at + 4);
      at += headBytes;
      // Of a connection that this end has closed, what was on its way is not missed.
      if (what === opened) accept?.(add(id, true));
      else if (what === ended) sockets.get(id)?.push(null);
      else if (what === gone) forget(id);
      else {
        sockets.get(id)?.arrived(buffer.subarray(at, at + what));
        at += what;
      }
    }
  });
  port.on('close', () => {
    for (const id of [...sockets.keys()]) forget(id);
  });

  return {
    connect() {
      lastId += 1;
      send(lastId, opened);
      return add(lastId, false);
    },
  };
}

interface Way {
  write(chunks: readonly Written[]): void;
  end(): void;
  close(): void;
}

/** A stream with what both sides of HTTP ask of a TCP socket. A reader that is slow is not waited for. */
export class LinkSocket extends Duplex {
  readonly #way: Way;
  /** Silence after which `timeout` is told, in ms; 0 for never. */
  timeout = 0;
  /** Of `performance.now()`. */
  #heardAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(allowHalfOpen: boolean, way: Way) {
    super({ allowHalfOpen, decodeStrings: false });
    this.#way = way;
  }

  arrived(bytes: Buffer): void {
    this.#heardAt = performance.now();
    this.push(bytes);
  }

  override _read(): void {}

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this._writev([{ chunk, encoding }], done);
  }

  override _writev(chunks: readonly Written[], done: () => void): void {
    this.#heardAt = performance.now();
    this.#way.write(chunks);
    done();
  }

  override _final(done: () => void): void {
    this.#way.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#way.close();
    done(error);
  }

  /** As that of `net.Socket`. */
  setTimeout(ms: number, listener?: () => void): this {
    this.timeout = ms;
    this.#heardAt = performance.now();
    if (listener !== undefined) {
      if (ms > 0) this.once('timeout', listener);
      else this.off('timeout', listener);
    }
    clearTimeout(this.#timer);
    if (ms > 0) this.#watch(ms);
    return this;
  }

  #watch(ms: number): void {
    this.#timer = setTimeout(() => {
      const left = this.timeout - (performance.now() - this.#heardAt);
      if (left > 0) this.#watch(left);
      else this.emit('timeout');
    }, ms).unref();
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
