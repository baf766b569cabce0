/** Light, dark, or as the system: the colours follow `color-scheme` by `light-dark()`. */
import { effect, signal } from '@preact/signals';
import { recall, remember } from '../kit/memory.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const kept = recall('theme');
export const theme = signal<Theme>(themes.find((name) => name === kept) ?? 'auto');

export function setTheme(next: Theme): void {
  theme.value = next;
  remember('theme', next === 'auto' ? undefined : next);
}

/** Puts the theme on the page and follows it. */
export function applyTheme(root: HTMLElement): () => void {
  return effect(() => {
    root.dataset.theme = theme.value;
  });
}
