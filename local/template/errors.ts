/** A synthesized app that cannot be run: what is missing or unsupported, and where. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}
