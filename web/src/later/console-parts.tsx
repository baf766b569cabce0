/** What a person does at the console: send a test, send anything, cut the socket, and read what went over it. */
import { useSignal } from '@preact/signals';
import { errorSentence } from '../../kit/command.tsx';
import { formatNumber } from '../../kit/i18n.ts';
import { CallError } from '../../kit/platform.ts';
import { useShell } from '../shell.ts';
import { cutSockets, sendText } from '../sockets.ts';
import { t } from './console-texts.ts';
import { concerns, type Tap, type Tapped } from './tap.ts';

/** Sends words to everybody who looks at the group, the whole way round: HTTP, table, stream, log, socket. */
export function Test({ group }: { group: string }) {
  const { announce } = useShell();
  const text = useSignal('');
  const busy = useSignal(false);
  const outcome = useSignal<{ failed: boolean; words: string } | undefined>(undefined);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    try {
      await announce(group, text.value.trim() || t('test.text'));
      outcome.value = { failed: false, words: t('test.sent') };
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const words = error.code === 'forbidden' ? t('test.forbidden') : errorSentence(error);
      outcome.value = { failed: true, words };
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="card form" onSubmit={submit}>
      <h2>{t('test')}</h2>
      <label class="field">
        <span>{t('test.words')}</span>
        <input
          maxLength={200}
          placeholder={t('test.text')}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="button primary" aria-busy={busy.value}>
        {t('test.send')}
      </button>
      <Outcome outcome={outcome.value} />
    </form>
  );
}

function Outcome({ outcome }: { outcome: { failed: boolean; words: string } | undefined }) {
  if (outcome === undefined) return null;
  return (
    <p class={outcome.failed ? 'command-error' : 'quiet'} role={outcome.failed ? 'alert' : 'status'}>
      {outcome.words}
    </p>
  );
}

export function Cut() {
  const outcome = useSignal<{ failed: boolean; words: string } | undefined>(undefined);
  return (
    <section class="card form">
      <h2>{t('cut')}</h2>
      <p class="quiet">{t('cut.lead')}</p>
      <button
        type="button"
        class="button"
        onClick={() => {
          const cut = cutSockets() > 0;
          outcome.value = { failed: !cut, words: t(cut ? 'cut.done' : 'noSocket') };
        }}
      >
        {t('cut.now')}
      </button>
      <Outcome outcome={outcome.value} />
    </section>
  );
}

/** Frames to start from. The last three are malformed on purpose. */
const examples: Record<string, (group: string) => string> = {
  sync: (group) => JSON.stringify({ action: 'sync', id: 'console', groups: [{ group, after: 0 }] }),
  subscribe: (group) => JSON.stringify({ action: 'subscribe', id: 'console', groups: [{ group }] }),
  signal: (group) => JSON.stringify({ action: 'signal', id: 'console', group, data: { hello: true } }),
  unknown: () => '{"action":"dance","id":"console"}',
  wrong: () => '{"action":"subscribe","id":"console","groups":[{"group":7}]}',
  broken: () => 'this is not JSON',
};

export function Own({ group }: { group: string }) {
  const text = useSignal(examples.sync?.(group) ?? '');
  const outcome = useSignal<{ failed: boolean; words: string } | undefined>(undefined);
  const submit = (event: Event) => {
    event.preventDefault();
    const sent = sendText(text.value);
    outcome.value = { failed: !sent, words: t(sent ? 'own.sent' : 'noSocket') };
  };
  return (
    <form class="card form" onSubmit={submit}>
      <h2>{t('own')}</h2>
      <div class="console-examples">
        {Object.entries(examples).map(([name, make]) => (
          <button
            key={name}
            type="button"
            class="button"
            onClick={() => {
              text.value = make(group);
            }}
          >
            {name}
          </button>
        ))}
      </div>
      <label class="field">
        <span>{t('own.frame')}</span>
        <textarea
          rows={4}
          spellcheck={false}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="button primary">
        {t('own.send')}
      </button>
      <Outcome outcome={outcome.value} />
    </form>
  );
}

export function Frames({ tap, group, most }: { tap: Tap; group: string; most: number }) {
  const all = useSignal(false);
  const frames = tap.frames.value.filter(({ frame }) => all.value || concerns(frame, group)).slice(0, most);
  const copy = () => navigator.clipboard.writeText(JSON.stringify(frames, null, 2));
  return (
    <section class="card console-wide" aria-label={t('frames')}>
      <header class="card-head">
        <h2>{t('frames')}</h2>
        <span class="console-tools">
          <button
            type="button"
            class="button"
            aria-pressed={all.value}
            onClick={() => {
              all.value = !all.value;
            }}
          >
            {t('frames.all')}
          </button>
          <button
            type="button"
            class="button"
            aria-pressed={tap.paused.value}
            onClick={() => {
              tap.paused.value = !tap.paused.value;
            }}
          >
            {t('frames.pause')}
          </button>
          <button type="button" class="button" onClick={copy}>
            {t('frames.copy')}
          </button>
        </span>
      </header>
      {frames.length === 0 && <p class="quiet">{t('frames.none')}</p>}
      <ol class="console-frames">
        {frames.map((one) => (
          <FrameRow key={one.id} tapped={one} />
        ))}
      </ol>
    </section>
  );
}

function FrameRow({ tapped: { direction, at, bytes, frame } }: { tapped: Tapped }) {
  const name = frame.type ?? frame.action ?? '?';
  const time = new Date(at).toISOString().slice(11, 23);
  return (
    <li class={frame.type === 'error' ? 'console-error' : ''} data-frame={name}>
      <details>
        <summary>
          <span aria-hidden="true">{direction === 'in' ? '↓' : '↑'}</span>
          <span class="figure">{time}</span>
          <strong>
            {t(direction)} {name}
          </strong>
          <span class="figure quiet">{t('bytes', { count: formatNumber(bytes) })}</span>
          <span class="console-short">{shortOf(frame)}</span>
        </summary>
        <pre>{JSON.stringify(frame, null, 2)}</pre>
      </details>
    </li>
  );
}

/** What a frame is about, in a line: its groups with their offsets, and how a gap was closed. */
function shortOf(frame: Tapped['frame']): string {
  if (typeof frame.code === 'string') return `${frame.code} ${String(frame.message ?? '')}`;
  if (!Array.isArray(frame.groups)) return typeof frame.group === 'string' ? frame.group : '';
  return frame.groups
    .map((one: string | { group: string; offset?: number; after?: number; recovered?: boolean }) => {
      if (typeof one === 'string') return one;
      const how = one.recovered === undefined ? '' : t(one.recovered ? 'entries' : 'snapshot');
      return [one.group, one.offset ?? (one.after === undefined ? '' : `> ${one.after}`), how]
        .filter(Boolean)
        .join(' ');
    })
    .join(', ');
}
