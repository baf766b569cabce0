/** A mapping or schedule of the template that the local cloud cannot run. */
export class EventsError extends Error {
  override readonly name = 'EventsError';
}
