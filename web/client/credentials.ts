/** The token to connect with. One that was refused is not offered again: a fresh one is asked for, once. */
import { lifeOf } from './token.ts';
import type { ClientFault, ClientOptions } from './types.ts';

/** A credential refused twice within this time, in ms, is refused for good. */
const refusalWindow = 60_000;

/** The only token that there is has been refused. */
export class RefusedToken extends Error {
  override readonly name = 'RefusedToken';
  readonly fault: ClientFault;
  constructor(fault: ClientFault) {
    super(fault.message);
    this.fault = fault;
  }
}

export class Credentials {
  readonly #ask: ClientOptions['token'];
  readonly #now: () => number;
  #refused: { token: string | undefined; fault: ClientFault } | undefined;
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(ask: ClientOptions['token'], now: () => number) {
    this.#ask = ask;
    this.#now = now;
  }

  /** Throws `RefusedToken`, or whatever the application threw. */
  async take(): Promise<string | undefined> {
    let token = await this.#ask({ fresh: this.#refused !== undefined });
    const until = token === undefined ? undefined : lifeOf(token)?.until;
    if (until !== undefined && until <= this.#now() && this.#refused === undefined) {
      token = await this.#ask({ fresh: true });
    }
    if (this.#refused !== undefined && token === this.#refused.token) {
      throw new RefusedToken(this.#refused.fault);
    }
    this.#refused = undefined;
    return token;
  }

  /** Notes that the server refused a token; false when it refused one shortly before. */
  refuse(token: string | undefined, fault: ClientFault): boolean {
    const now = this.#now();
    if (now - this.#refusedAt < refusalWindow) return false;
    this.#refusedAt = now;
    this.#refused = { token, fault };
    return true;
  }

  /** Starts over: the user asked for it. */
  reset(): void {
    this.#refused = undefined;
    this.#refusedAt = Number.NEGATIVE_INFINITY;
  }
}
