/** What the shell gives to a domain's view: groups, the person, commands. A view gets nothing else of the outside. */
import type { ReadonlySignal } from '@preact/signals';
import { type ComponentType, createContext } from 'preact';
import { useContext, useLayoutEffect, useMemo } from 'preact/hooks';
import type { ListedGroup } from '../../core/access.ts';
import type { AuditEntry } from '../../core/audit.ts';
import type { Code, Fault } from '../../core/codes.ts';
import type { Principal } from '../../core/domain.ts';
import type { GroupStore } from './live.ts';

/** A group that the person may join, as `GET /api/groups` answers. */
export type GroupEntry = ListedGroup;

/** Why a call failed: a code of the server, or `network` when no answer came. `current` is the state at a conflict. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: Code | 'network';
  readonly faults: readonly Fault[];
  readonly current: unknown;
  constructor(code: Code | 'network', message: string, faults: readonly Fault[] = [], current?: unknown) {
    super(message);
    this.code = code;
    this.faults = faults;
    this.current = current;
  }
}

export interface Platform {
  /** The person at the screen, as `GET /api/me` answers. */
  me: ReadonlySignal<Principal>;
  /** What this person may see now; empty until known. */
  groups: ReadonlySignal<readonly GroupEntry[]>;
  /** Opens a group; `close` when it is no longer looked at. */
  open(group: string): { store: GroupStore; close(): void };
  /** Runs a command of a domain; its answer, `{result, rev}`. Error: `CallError`. */
  command(domain: string, command: string, input: object): Promise<unknown>;
  /** Entries of an audit trail before one, the newest first; `more` when there are still older ones. Error: `CallError`. */
  olderEntries(group: string, before: string | undefined): Promise<OlderEntries>;
}

export interface OlderEntries {
  entries: readonly { key: string; data: AuditEntry }[];
  more?: string;
}

export const PlatformContext = createContext<Platform | undefined>(undefined);

export function usePlatform(): Platform {
  const platform = useContext(PlatformContext);
  if (platform === undefined) throw new Error('A view must be inside PlatformContext.');
  return platform;
}

/** Looks at a group for as long as the component is on the screen. */
export function useGroup(group: string): GroupStore {
  const platform = usePlatform();
  const handle = useMemo(() => platform.open(group), [platform, group]);
  // A layout effect: a passive one is skipped when the component goes before the next paint, and would never close.
  useLayoutEffect(() => () => handle.close(), [handle]);
  return handle.store;
}

/** A page of a domain: the groups that fit `pattern` (without the domain) are shown by `page`. */
export interface DomainView {
  pages: readonly {
    pattern: string;
    page: ComponentType<{ group: string; params: Record<string, string> }>;
  }[];
}
