/** A connection that a test can cut. */
import type { WebSocketRoute } from 'playwright-core';
import type { VisitOptions } from './browser.ts';

/** A page may only be closed with 1000 or 3000-4999; the client takes the latter for a loss, as it does 1006. */
const cutCode = 3001;

/** Stands between page and server: cuts the sockets that are open, refuses new ones while `refuse` is set, ends them for good. */
export function wire() {
  const open = new Set<WebSocketRoute>();
  const state = { refuse: false };
  const prepare: VisitOptions['prepare'] = (page) =>
    page.routeWebSocket(/\/live/, (socket) => {
      if (state.refuse) {
        void socket.close({ code: cutCode });
        return;
      }
      open.add(socket);
      socket.connectToServer();
    });
  const cut = async () => {
    for (const socket of open) await socket.close({ code: cutCode });
    open.clear();
  };
  const end = () => {
    const frame = {
      type: 'disconnect',
      code: 'forbidden',
      message: 'No more.',
      reconnect: false,
      afterMs: 0,
    };
    for (const socket of open) socket.send(JSON.stringify(frame));
  };
  return { state, prepare, cut, end };
}
