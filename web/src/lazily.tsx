import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';

/** A part that is loaded when it is first shown; nothing stands in its place until it is there. */
export function lazily<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const loaded = signal<{ part?: ComponentType<P> }>({});
  let asked = false;
  return (props) => {
    const Part = loaded.value.part;
    if (Part !== undefined) return <Part {...props} />;
    if (asked) return null;
    asked = true;
    load().then(
      (part) => {
        loaded.value = { part };
      },
      () => {
        // Without a network it is asked for again when it is shown again.
        asked = false;
      },
    );
    return null;
  };
}
