/** The sockets that this tab has open, for the test console: to cut them, and to send what the client never would. */
const open = new Set<WebSocket>();

/** What the socket client opens its sockets with. */
export const watchedSocket = class extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    open.add(this);
    this.addEventListener('close', () => open.delete(this));
  }
};

/** Ends them as a lost network does: the client is not told why. A page may only close with 1000 or 3000 to 4999. */
export function cutSockets(): number {
  const { size } = open;
  for (const socket of open) socket.close(3001);
  return size;
}

/** Sends a text as it is; false when this tab has no socket of its own. */
export function sendText(text: string): boolean {
  const [socket] = [...open].filter(({ readyState }) => readyState === WebSocket.OPEN);
  socket?.send(text);
  return socket !== undefined;
}
