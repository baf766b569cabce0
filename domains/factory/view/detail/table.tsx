/** A table that scrolls sideways within its card where it has no room, with the keyboard too. */
import type { ComponentChildren } from 'preact';
import { dt } from './texts.ts';

export function Table({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="table-scroll" aria-label={dt('table.of', { title: label })} tabIndex={0}>
      <table>{children}</table>
    </section>
  );
}
