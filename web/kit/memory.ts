/** What a browser remembers of a person's choices. A browser that refuses storage just forgets them. */
const prefix = 'pulsecast.';

export function recall(name: string): string | undefined {
  try {
    return globalThis.localStorage?.getItem(prefix + name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name: string, value: string | undefined): void {
  try {
    if (value === undefined) globalThis.localStorage?.removeItem(prefix + name);
    else globalThis.localStorage?.setItem(prefix + name, value);
  } catch {
    // Storage is full or refused: the choice holds for this page only.
  }
}
