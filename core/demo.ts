/** What a domain brings for the demo: what is there at first, and a life of its own afterwards. */
import type { Pulse } from './domain.ts';

/** Numbers from 0 up to, not including, 1. */
export type Random = () => number;

/** One command of a seed. Its `key` is sent as `Idempotency-Key`; what is there already answers `conflict`. */
export interface SeedStep {
  command: string;
  input: Readonly<Record<string, unknown>>;
  key: string;
  /** The demo user who does it. @default 'admin' */
  as?: string;
}

/** Something that happens in the demo. Who plays it posts pulses and commands through the real interfaces. */
export type Action =
  | { kind: 'pulses'; machineId: string; pulses: Pulse[] }
  | {
      kind: 'command';
      /** The demo user who does it. */
      as: string;
      command: string;
      input: Readonly<Record<string, unknown>>;
      /** Told the result when the command was done; not called when it was refused. */
      then?: (result: unknown) => void;
    };

/**
 * Starts a simulation at `start` (epoch ms). Each call gives what happened since the last one, at most a minute.
 * Deterministic by `random` and the times. Commands may be refused (`conflict`) when a person at a screen was faster.
 */
export type Simulate = (random: Random, start: number) => (now: number) => Action[];

/** The demo of a domain. */
export interface Demo {
  seed: readonly SeedStep[];
  simulate: Simulate;
  /** Machines whose devices the simulation speaks for. @default none */
  machines?: readonly string[];
}
