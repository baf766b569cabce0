/** The clock of a host that is not quite right. */

/** Moves `Date` ahead by `ms`, for the function and all that it imports; negative is behind. */
export function skewClock(ms: number): void {
  const Real = globalThis.Date;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [target.now() + ms] : args, newTarget),
    apply: (target) => new target(target.now() + ms).toString(),
    get: (target, name, receiver) =>
      name === 'now' ? () => target.now() + ms : Reflect.get(target, name, receiver),
  });
}
