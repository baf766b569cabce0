/**
 * Chimes for what must not be missed, made by the browser itself. A page may sound only after somebody touched it: the choice
 * is remembered, and after a reload the button says that one tap is needed again.
 */
import { signal } from '@preact/signals';
import { translator } from './i18n.ts';
import { Icon } from './icons.tsx';
import { recall, remember } from './memory.ts';

const t = translator({
  en: { on: 'Sound on', off: 'Sound off', blocked: 'Tap for sound', volume: 'Volume' },
  ru: { on: 'Звук включён', off: 'Звук выключен', blocked: 'Нажмите для звука', volume: 'Громкость' },
});

/** Pitches in Hz, one after the other: something new, something urgent, something finished. */
const chimes = {
  new: [660, 880],
  urgent: [880, 660, 880, 660],
  done: [880, 1320],
} as const;
export type Chime = keyof typeof chimes;

/** Length of one note, in seconds. */
const noteSeconds = 0.18;

/** Whether the person at this screen wants sound. */
export const wanted = signal(recall('sound') === 'on');
/** From 0 to 1. */
export const volume = signal(Number(recall('volume') ?? '0.6'));
/** Whether the browser lets us. */
const allowed = signal(false);
let context: AudioContext | undefined;

/** Call from a tap or a key. */
export async function setSound(on: boolean): Promise<void> {
  wanted.value = on;
  remember('sound', on ? 'on' : undefined);
  if (!on || typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  await context.resume();
  allowed.value = context.state === 'running';
  chime('done');
}

export function setVolume(next: number): void {
  volume.value = next;
  remember('volume', String(next));
}

/** Sounds, when sound is wanted and allowed; else nothing. */
export function chime(kind: Chime): void {
  if (!wanted.peek() || context?.state !== 'running') return;
  const { currentTime, destination } = context;
  for (const [index, pitch] of chimes[kind].entries()) {
    const start = currentTime + index * noteSeconds;
    const note = context.createOscillator();
    const loudness = context.createGain();
    note.frequency.value = pitch;
    // A short rise and a fall: an edge would crackle.
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(volume.peek(), start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + noteSeconds);
    note.connect(loudness).connect(destination);
    note.start(start);
    note.stop(start + noteSeconds);
  }
}

const drawings = {
  on: 'M4 9.500v5h4l5 4v-13l-5 4zM16.5 9a4 4 0 0 1 0 6M19 6.500a8 8 0 0 1 0 11',
  off: 'M4 9.500v5h4l5 4v-13l-5 4zM17 10l4 4M21 10l-4 4',
};

/** Turns the sound on and off, and says which it is. */
export function SoundButton() {
  const state = wanted.value ? (allowed.value ? 'on' : 'blocked') : 'off';
  return (
    <button
      type="button"
      class="button"
      aria-pressed={state === 'on'}
      onClick={() => setSound(state !== 'on')}
    >
      <Icon draw={state === 'on' ? drawings.on : drawings.off} />
      {t(state)}
    </button>
  );
}

export function VolumeSlider() {
  return (
    <label class="field">
      <span>{t('volume')}</span>
      <input
        type="range"
        min={0.05}
        max={1}
        step={0.05}
        value={volume.value}
        onInput={(event) => setVolume(Number(event.currentTarget.value))}
        onChange={() => chime('done')}
      />
    </label>
  );
}
