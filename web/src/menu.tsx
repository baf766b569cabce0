/** A button that opens a small popover below itself. Escape and a press outside close it. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

export function Menu({
  button,
  title,
  label,
  class: extra = '',
  children,
}: {
  button: ComponentChildren;
  title?: string;
  label?: string;
  class?: string;
  children: ComponentChildren;
}) {
  const open = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open.value) return;
    const onPress = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) open.value = false;
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      open.value = false;
      opener.current?.focus();
    };
    const close = () => {
      open.value = false;
    };
    document.addEventListener('pointerdown', onPress);
    // Whoever follows a link in it has gone elsewhere.
    window.addEventListener('hashchange', close);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPress);
      document.removeEventListener('keydown', onKey);
      window.removeEventListener('hashchange', close);
    };
  }, [open.value]);
  return (
    <div class="menu" ref={root}>
      <button
        type="button"
        class={`menu-button ${extra}`}
        ref={opener}
        title={title}
        aria-label={label}
        aria-expanded={open.value}
        aria-controls={id}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        {button}
      </button>
      <div class="menu-body" id={id} hidden={!open.value}>
        {open.value && children}
      </div>
    </div>
  );
}
