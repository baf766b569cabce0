/** All that the shell's parts share, put together once in `main.tsx`. */
import type { ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from '../client/types.ts';
import type { Platform } from '../kit/platform.ts';
import type { Connection } from './connection.ts';
import type { Session } from './session.ts';

export interface Shell {
  platform: Platform;
  session: Session;
  connection: ReadonlySignal<Connection>;
  /** Whether the list of groups and the person are known: `failed` when the server did not answer. */
  known: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  version: string;
  /** The socket client, for the test console. */
  client: Pick<Client, 'on' | 'group'>;
  /** Shows words to everybody who looks at a group. For admins. Error: `CallError`. */
  announce(group: string, text: string): Promise<void>;
  /** Tries to connect at once. */
  reconnectNow(): void;
  /** Asks again who is there and what they may see. */
  reload(): void;
}

export const ShellContext = createContext<Shell | undefined>(undefined);

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (shell === undefined) throw new Error('A part of the shell must be inside ShellContext.');
  return shell;
}
