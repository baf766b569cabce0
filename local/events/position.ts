/** How far a mapping has come: the lowest unfinished record decides, whatever the other lanes have done. */
import type { Durable } from '../ports.ts';

/** One record on its way. */
export interface Mark {
  done: boolean;
}

export interface Position {
  /** Registers the next record of the stream, in order. */
  begin(sequence: string): Mark;
  /** The record need not come again: processed, filtered or discarded. */
  finish(mark: Mark): void;
  /** Resolves when the present position is stored, or could not be. */
  stored(): Promise<void>;
}

/**
 * Stores the position under `key` as it rises. It is written behind the work, so that a crash repeats records but never
 * skips one.
 *
 * @param report is told when the position cannot be stored; the next one is tried again
 */
export function trackPosition(durable: Durable, key: string, report: (line: string) => void): Position {
  const open: (Mark & { sequence: string })[] = [];
  let reached: string | undefined;
  let storedUpTo: string | undefined;
  let writing: Promise<void> | undefined;

  const write = async () => {
    try {
      while (reached !== undefined && reached !== storedUpTo) {
        const position = reached;
        await durable.set(key, position);
        storedUpTo = position;
      }
    } catch (error) {
      report(`the position is not stored: ${error}`);
    }
    writing = undefined;
  };

  return {
    begin(sequence) {
      const mark = { sequence, done: false };
      open.push(mark);
      return mark;
    },
    finish(mark) {
      mark.done = true;
      let finished = 0;
      while (open[finished]?.done) {
        reached = open[finished]?.sequence;
        finished += 1;
      }
      if (finished === 0) return;
      open.splice(0, finished);
      writing ??= write();
    },
    stored: async () => writing,
  };
}
