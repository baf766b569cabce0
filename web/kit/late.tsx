/** Parts of the screen that are loaded when they are first looked at, with their texts. */
import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { textsReady, translator } from './i18n.ts';
import { Skeleton } from './skeleton.tsx';

const t = translator({
  en: { failed: 'This part could not be loaded.', again: 'Try again' },
  ru: { failed: 'Эту часть не удалось загрузить.', again: 'Повторить' },
});

/** Makes a component of one that is loaded by `load`. When that fails, it says so and can be tried again. */
export function late<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const state = signal<{ part?: ComponentType<P>; failed?: boolean }>({});
  const start = () => {
    state.value = {};
    load()
      .then(async (part) => {
        await textsReady();
        state.value = { part };
      })
      .catch(() => {
        state.value = { failed: true };
      });
  };
  return function Late(props: P) {
    useEffect(() => {
      if (state.peek().part === undefined) start();
    }, []);
    const { part: Part, failed } = state.value;
    if (Part !== undefined) return <Part {...props} />;
    if (failed !== true) return <Skeleton count={1} />;
    return (
      <p role="alert">
        {t('failed')}{' '}
        <button type="button" class="button" onClick={start}>
          {t('again')}
        </button>
      </p>
    );
  };
}
