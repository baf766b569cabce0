/**
 * Chimes for what must not be missed, made by the browser itself. A page may sound only after somebody touched it: the choice
 * is remembered for each display, as two walls may share a browser profile, and after a reload the button says that one tap
 * is needed again.
 */
import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { translator } from './i18n.ts';
import { Icon } from './icons.tsx';
import { recall, remember } from './memory.ts';
import { hash } from './route.ts';

const t = translator({
  en: { on: 'Sound on', off: 'Sound off', blocked: 'Tap for sound' },
  ru: { on: 'Звук включён', off: 'Звук выключен', blocked: 'Нажмите для звука' },
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

/** From 0 to 1. */
const loudest = 0.6;

/** Whether the person at this screen wants sound. */
const wanted = signal(false);
/** Whether the browser lets us. */
const allowed = signal(false);
let context: AudioContext | undefined;
/** Name of the choice at the display that is shown. */
let choice = 'sound';

/** Another display is shown: with the choice made there, else as before, for whoever only walks on to the next one. */
function showDisplay(display: string): void {
  choice = `sound ${display}`;
  const kept = recall(choice);
  if (kept !== undefined) wanted.value = kept === 'on';
  else if (wanted.peek()) remember(choice, 'on');
}

/** Call from a tap or a key. */
async function setSound(on: boolean): Promise<void> {
  wanted.value = on;
  remember(choice, on ? 'on' : 'off');
  if (!on || typeof AudioContext === 'undefined') return;
  context ??= new AudioContext();
  await context.resume();
  allowed.value = context.state === 'running';
  chime('done');
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
    loudness.gain.linearRampToValueAtTime(loudest, start + 0.02);
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

/**
 * Turns the sound on and off, and says which it is. `display` tells apart what one page shows, such as the display and the
 * station of a board. @default the page shows one thing
 */
export function SoundButton({ display = '' }: { display?: string }) {
  const shown = `${hash.value.split('?')[0]} ${display}`.trim();
  useLayoutEffect(() => showDisplay(shown), [shown]);
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
