/** The page as the client sees it. Outside a browser it is always online and visible. */
import type { Environment } from './types.ts';

export function browserEnvironment(): Environment {
  const page = typeof document === 'undefined' ? undefined : document;
  return {
    online: () => typeof navigator === 'undefined' || navigator.onLine !== false,
    visible: () => page?.visibilityState !== 'hidden',
    on(event, listener) {
      const target = event === 'visibility' ? page : typeof window === 'undefined' ? undefined : window;
      const name = event === 'visibility' ? 'visibilitychange' : event;
      target?.addEventListener(name, listener);
      return () => target?.removeEventListener(name, listener);
    },
  };
}

/** The URL of the socket: a path is taken relative to the page, `http` becomes `ws`. */
export function socketUrl(live: string): string {
  const url = typeof location === 'undefined' ? new URL(live) : new URL(live, location.href);
  return url.href.replace(/^http/, 'ws');
}
