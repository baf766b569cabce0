/** The page as the client sees it. Outside a browser it is always online and visible. */
import type { Environment } from './types.ts';

export function browserEnvironment(): Environment {
  const page = globalThis as Partial<typeof globalThis>;
  const { document, navigator } = page;
  return {
    online: () => navigator?.onLine !== false,
    visible: () => document?.visibilityState !== 'hidden',
    on(event, listener) {
      const name = event === 'visibility' ? 'visibilitychange' : event;
      page.addEventListener?.(name, listener);
      return () => page.removeEventListener?.(name, listener);
    },
  };
}

/** The URL of the socket: a path is taken relative to the page, `http` becomes `ws`. */
export function socketUrl(live: string): string {
  const { location } = globalThis as Partial<typeof globalThis>;
  return new URL(live, location?.href).href.replace(/^http/, 'ws');
}
