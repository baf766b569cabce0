/** Starts the page: configuration, session, socket client, then the app. */
import { signal } from '@preact/signals';
import { render } from 'preact';
import { anonymous, type Principal } from '../../core/domain.ts';
import { browserEnvironment } from '../client/environment.ts';
import { createClient as createOwn } from '../client/index.ts';
import { textsReady } from '../kit/i18n.ts';
import type { GroupEntry } from '../kit/platform.ts';
import { followAddress } from '../kit/route.ts';
import { createApi } from './api.ts';
import { App } from './app.tsx';
import { loadConfig } from './config.ts';
import { watchConnection } from './connection.ts';
import { views } from './domains.ts';
import { openGroup } from './groups.ts';
import { kiosk } from './router.ts';
import { createSession } from './session.ts';
import type { Shell } from './shell.ts';
import { watchedSocket } from './sockets.ts';
import { t } from './texts.ts';
import { applyTheme } from './theme.ts';
import '../kit/base.css';
import '../kit/parts.css';
import './shell.css';

async function start(root: HTMLElement): Promise<void> {
  applyTheme(document.documentElement);
  // What tabs share a socket by comes beside the configuration; a page that cannot load it has a socket of its own.
  const [config, createClient] = await Promise.all([
    loadConfig(),
    import('../client/shared.ts').then(
      (shared) => shared.createClient,
      () => createOwn,
    ),
    textsReady(),
  ]);
  const session = createSession(config);
  await session.begin();
  followAddress();

  const api = createApi(config.api, session.token);
  const environment = browserEnvironment();
  const client = createClient({
    live: config.live,
    api: config.api,
    token: session.token,
    WebSocket: watchedSocket,
    // Nobody touches a wall display: what the browser calls hidden may well be looked at.
    environment: { ...environment, visible: () => kiosk.value || environment.visible() },
    onError: (error) => console.warn(error),
  });

  const me = signal<Principal>(anonymous);
  const groups = signal<readonly GroupEntry[]>([]);
  const known = signal<'loading' | 'ready' | 'failed'>('loading');
  const reload = async () => {
    try {
      const [person, entries] = await Promise.all([
        session.signedIn.value ? api.me() : anonymous,
        api.groups(),
      ]);
      me.value = person;
      groups.value = entries.filter(
        (entry) => entry.domain in views && config.domains.includes(entry.domain),
      );
      known.value = 'ready';
    } catch (error) {
      console.warn(error);
      if (known.value === 'loading') known.value = 'failed';
    }
  };
  // Rights follow the person: whoever signs out or whose session ends must lose what they saw, at once.
  let before = session.signedIn.value;
  session.signedIn.subscribe((signedIn) => {
    if (signedIn === before) return;
    before = signedIn;
    client.close();
    client.reconnectNow();
    void reload();
  });

  const shell: Shell = {
    platform: {
      me,
      groups,
      open: (group) => openGroup(client, group),
      command: api.command,
      olderEntries: api.olderEntries,
    },
    session,
    connection: watchConnection(client),
    known,
    client,
    announce: api.announce,
    version: config.version,
    reconnectNow: () => client.reconnectNow(),
    reload: () => void reload(),
  };
  void reload();
  render(<App shell={shell} />, root);
  void import('./later/lost.tsx').catch(() => undefined);
}

const root = document.getElementById('app');
if (root !== null) {
  start(root).catch((error: unknown) => {
    console.error(error);
    render(
      <main class="notice">
        <h1>{t('start.failed')}</h1>
        <button type="button" class="button primary" onClick={() => location.reload()}>
          {t('again')}
        </button>
      </main>,
      root,
    );
  });
}
