/**
 * Steps taken at a board. A card leaves the screen when its order moves on, whoever moved it; what failed is therefore said
 * by the board, in words, and stays until it is closed or the next step is taken.
 */
import { type Signal, signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { errorSentence } from '../../../web/kit/command.tsx';
import { CallError, type Platform, usePlatform } from '../../../web/kit/platform.ts';
import type { Order } from '../entities.ts';
import { t } from './texts.ts';

export interface Actions {
  /** What failed last, in words. */
  failure: Signal<string | undefined>;
  /** Runs a step of an order, once at a time for each order. Answers whether it was done. */
  run(command: string, order: { key: string; number: number }, input?: object): Promise<boolean>;
}

export function actionsOf(platform: Platform, location: string): Actions {
  const failure = signal<string | undefined>(undefined);
  const busy = new Set<string>();
  return {
    failure,
    async run(command, { key, number }, input = {}) {
      if (busy.has(key)) return false;
      busy.add(key);
      failure.value = undefined;
      try {
        await platform.command('kitchen', command, { location, order: key, ...input });
        return true;
      } catch (cause) {
        if (!(cause instanceof CallError)) throw cause;
        failure.value = wordsOf(cause, number);
        return false;
      } finally {
        busy.delete(key);
      }
    },
  };
}

/** Somebody else was faster: who, and what the order is now. */
function wordsOf(error: CallError, number: number): string {
  const now = (error.current as { data?: Partial<Order> } | undefined)?.data;
  if (error.code === 'conflict' && now?.state !== undefined && now.changedBy !== undefined) {
    return t('failed.gone', {
      number: String(number),
      state: t(`state.${now.state}`),
      name: now.changedBy,
    });
  }
  return t('failed.of', { number: String(number), sentence: errorSentence(error) });
}

export function useActions(location: string): Actions {
  const platform = usePlatform();
  return useMemo(() => actionsOf(platform, location), [platform, location]);
}
