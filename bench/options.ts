/** What the command line of the benches sets; each bench has defaults of its own. */
export interface BenchOptions {
  /** Connections. */
  clients?: number;
  /** Events or writes. */
  events?: number;
  /** Length of the long run. */
  minutes?: number;
}
