/**
 * A device as it should behave on a flaky network: it numbers its pulses, keeps them until they are acknowledged, sends
 * one batch at a time, and repeats a batch whose answer did not come. Nothing is lost and nothing counts twice.
 */
import { type Api, ApiProblem } from '../api.ts';

export interface Pulse {
  at: number;
  count: number;
}

/** Most pulses in one batch: the limit of `POST /api/pulses`. */
const maxBatch = 500;

export class Device {
  readonly machineId: string;
  readonly #api: Api;
  readonly #buffer: Pulse[] = [];
  /** The number of the first pulse in the buffer; undefined until the server has said where we are. */
  #firstSeq: number | undefined;
  #sending: Promise<void> | undefined;

  /** @param api carries the device key. */
  constructor(api: Api, machineId: string) {
    this.#api = api;
    this.machineId = machineId;
  }

  /** Pulses that wait for an acknowledgement. */
  get waiting(): number {
    return this.#buffer.length;
  }

  push(...pulses: Pulse[]): void {
    this.#buffer.push(...pulses);
  }

  /** Sends what waits, one batch after the other. Rejects when a batch is not taken; calling again repeats it. */
  flush(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    this.#firstSeq ??= await this.#position();
    let firstSeq = this.#firstSeq;
    while (this.#buffer.length > 0) {
      const pulses = this.#buffer.slice(0, maxBatch);
      const batch = { machineId: this.machineId, firstSeq, pulses };
      const taken = await this.#api.call<{ nextSeq: number }>('POST', 'pulses', batch);
      this.#buffer.splice(0, taken.nextSeq - firstSeq);
      firstSeq = taken.nextSeq;
      this.#firstSeq = firstSeq;
    }
  }

  /** Where the server is: a batch with a number that cannot be next is refused with the one that is. */
  async #position(): Promise<number> {
    const probe = { machineId: this.machineId, firstSeq: 2 ** 50, pulses: [{ at: Date.now(), count: 1 }] };
    try {
      await this.#api.call('POST', 'pulses', probe);
    } catch (error) {
      if (error instanceof ApiProblem && typeof error.problem.nextSeq === 'number')
        return error.problem.nextSeq;
      throw error;
    }
    throw new Error('The server took a pulse far out of sequence.');
  }
}
