/** Many light sockets for a bench: each counts its frames, none keeps them. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface Crowd {
  sockets: WebSocket[];
  /** Resolves when every socket has got one more frame that holds `text`, with the arrival times in ms. */
  next(text: string): Promise<number[]>;
  close(): Promise<void>;
}

/** Opens `count` sockets, a few at a time: API Gateway takes 500 new connections a second. */
export async function openCrowd(
  url: string,
  count: number,
  protocols: string[],
  first?: string,
): Promise<Crowd> {
  const sockets: WebSocket[] = [];
  const open = async () => {
    const socket = new WebSocket(url, protocols, { perMessageDeflate: false, skipUTF8Validation: true });
    await once(socket, 'open');
    if (first !== undefined) {
      const answered = once(socket, 'message');
      socket.send(first);
      await answered;
    }
    sockets.push(socket);
  };
  while (sockets.length < count) {
    const started = performance.now();
    await Promise.all(Array.from({ length: Math.min(50, count - sockets.length) }, open));
    const rest = 125 - (performance.now() - started);
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  }
  return {
    sockets,
    next(text) {
      const times: number[] = [];
      return new Promise((resolve) => {
        for (const socket of sockets) {
          const listen = (data: unknown) => {
            if (!String(data).includes(text)) return;
            socket.off('message', listen);
            times.push(performance.now());
            if (times.length === sockets.length) resolve(times);
          };
          socket.on('message', listen);
        }
      });
    },
    async close() {
      await Promise.all(
        sockets.map(async (socket) => {
          const closed = once(socket, 'close');
          socket.close();
          await closed;
        }),
      );
    },
  };
}
