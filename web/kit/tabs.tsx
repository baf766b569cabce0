/** Tabs whose choice is a parameter of the address. Arrow keys move between them, as in every toolkit. */
import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { param } from './route.ts';
import './tabs.css';

export interface Tab {
  id: string;
  title: ComponentChildren;
  panel: () => ComponentChildren;
}

/** @param name the parameter that keeps the choice; the first tab without it. @param label for listeners */
export function Tabs({ name, label, tabs }: { name: string; label: string; tabs: readonly Tab[] }) {
  const chosen = param(name);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const at = Math.max(
    0,
    tabs.findIndex((tab) => tab.id === chosen.value),
  );
  const choose = (index: number) => {
    const next = (index + tabs.length) % tabs.length;
    chosen.value = next === 0 ? undefined : tabs[next]?.id;
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    const next = steps[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list}>
        {tabs.map((tab, index) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            aria-selected={index === at}
            aria-controls={`${id}-panel`}
            tabIndex={index === at ? 0 : -1}
            onKeyDown={onKey}
            onClick={() => choose(index)}
          >
            {tab.title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tabs[at]?.id}`}>
        {tabs[at]?.panel()}
      </div>
    </>
  );
}
