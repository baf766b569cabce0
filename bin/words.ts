import { ApiProblem } from './api.ts';

/** A use that the command line does not have; the text says what it has. */
export class UsageError extends Error {}

/** What went wrong, in words; the network's own errors say only "fetch failed". */
export function wordsOf(error: unknown, url?: string): string {
  if (error instanceof ApiProblem || error instanceof UsageError) return error.message;
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return `Nothing answers at ${url ?? 'that address'}. Is it running (npm start)?`;
  }
  return error instanceof Error ? error.message : String(error);
}
