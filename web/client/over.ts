/** An object whose members are laid over those of another: what changes there is seen here. */
export function over<B extends object, M extends object>(base: B, members: M): Omit<B, keyof M> & M {
  return Object.assign(Object.create(base), members);
}
