/** Due times. */
import { isClosed, type RequestState } from './codes.ts';

export const hour = 3_600_000;
export const day = 24 * hour;

/** Open and past its due time. */
export const isOverdue = ({ state, dueAt }: { state: RequestState; dueAt: number }, now: number) =>
  !isClosed(state) && now > dueAt;
