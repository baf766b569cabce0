/** Commands at a button: busy while they run, and when they fail, the reason in words beside that button. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { language, translator } from './i18n.ts';
import { Icon, icons } from './icons.tsx';
import { shown } from './live.ts';
import { CallError, usePlatform } from './platform.ts';

const t = translator({
  en: {
    network: 'No answer from the server. Check the connection and try again.',
    unauthorized: 'Your sign-in has ended. Sign in again.',
    forbidden: 'You may not do this.',
    conflict: 'This was not done, because the state has changed or does not allow it.',
    invalid: 'The input does not fit.',
    not_found: 'This does not exist any more.',
    rate_limited: 'Too many requests at once. Try again in a moment.',
    internal: 'Something failed on our side. Try again in a moment.',
  },
  ru: {
    network: 'Сервер не отвечает. Проверьте связь и попробуйте ещё раз.',
    unauthorized: 'Сеанс завершён. Войдите снова.',
    forbidden: 'У вас нет на это права.',
    conflict: 'Не выполнено: состояние изменилось или не допускает этого.',
    invalid: 'Введённое не подходит.',
    not_found: 'Этого больше нет.',
    rate_limited: 'Слишком много запросов сразу. Попробуйте чуть позже.',
    internal: 'Ошибка на нашей стороне. Попробуйте чуть позже.',
  },
});

/** The sentence for a failed call in the reader's language. */
export function errorSentence(error: CallError): string {
  switch (error.code) {
    case 'network':
    case 'forbidden':
    case 'conflict':
    case 'not_found':
    case 'rate_limited':
    case 'unauthorized':
      return t(error.code);
    case 'token_expired':
      return t('unauthorized');
    case 'unknown_group':
      return t('not_found');
    case 'internal':
    case 'sequence_gap':
      return t('internal');
    default:
      return t('invalid');
  }
}

const hasRev = (answer: unknown): answer is { rev: number } =>
  typeof answer === 'object' && answer !== null && 'rev' in answer && typeof answer.rev === 'number';

/**
 * State of one command at one place of the screen. `run` answers whether it was done. One about a state that was seen, by its
 * `rev`, stays busy until the state after it is seen.
 */
export function useCommand(domain: string, command: string) {
  const platform = usePlatform();
  const busy = useSignal(false);
  const error = useSignal<CallError | undefined>(undefined);
  const run = async (input: object): Promise<boolean> => {
    if (busy.peek()) return false;
    busy.value = true;
    error.value = undefined;
    try {
      const answer = await platform.command(domain, command, input);
      if ('rev' in input && hasRev(answer)) await shown(answer.rev);
      return true;
    } catch (cause) {
      if (!(cause instanceof CallError)) throw cause;
      error.value = cause;
      return false;
    } finally {
      busy.value = false;
    }
  };
  return { busy, error, run };
}

export type Command = ReturnType<typeof useCommand>;

/**
 * The error of a command, where it happened. The server's own words are shown below ours; at a conflict `describe` says
 * what the state is now.
 */
export function CommandError({
  command,
  describe,
}: {
  command: Command;
  describe?: ((current: unknown) => string | undefined) | undefined;
}) {
  const error = command.error.value;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.scrollIntoView?.({ block: 'nearest' }), [error]);
  if (error === undefined) return null;
  const current = error.current === undefined ? undefined : describe?.(error.current);
  const details = error.faults.length > 0 ? error.faults.map((fault) => fault.message) : [error.message];
  return (
    <div class="command-error" role="alert" ref={box}>
      <Icon draw={icons.warning} />
      <div>
        <p>{errorSentence(error)}</p>
        {current !== undefined && <p>{current}</p>}
        {error.code !== 'network' && (
          <p class="small" lang={language.value === 'en' ? undefined : 'en'}>
            {details.join(' ')}
          </p>
        )}
      </div>
    </div>
  );
}

/** A button that runs a command with a fixed input. */
export function CommandButton({
  domain,
  command,
  input,
  children,
  kind = 'plain',
  label,
  describe,
}: {
  domain: string;
  command: string;
  input: object;
  children: ComponentChildren;
  kind?: 'plain' | 'primary' | 'danger';
  /** For listeners, where the words on the button do not say whom they concern. */
  label?: string;
  describe?: (current: unknown) => string | undefined;
}) {
  const state = useCommand(domain, command);
  const id = useId();
  return (
    <div class="command">
      <button
        type="button"
        class={`button ${kind}`}
        aria-label={label}
        aria-busy={state.busy.value}
        aria-describedby={state.error.value && id}
        onClick={() => state.run(input)}
      >
        {children}
      </button>
      <div id={id}>
        <CommandError command={state} describe={describe} />
      </div>
    </div>
  );
}
