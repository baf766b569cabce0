/** A policy of the template that the local cloud cannot evaluate. */
export class IamError extends Error {
  override readonly name = 'IamError';
}
