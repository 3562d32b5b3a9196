/**
 * @file A limit for memory that a file makes us take beyond its own size.
 *
 * A few hostile bytes can stand for a huge array: compressed zeros, or one number repeated by a stride
 * of 0. Everything that is made larger than it lies in the file is taken from one allowance.
 */
import { LeukoscopeError } from '@leukoscope/core';

/** Bytes that may still be made beyond the file itself. */
export class ExtraMemory {
  readonly #most: number;
  #taken = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** Take bytes from the allowance; throws when it is used up. */
  take(bytes: number, subject: string): void {
    this.#taken += bytes;
    if (this.#taken <= this.#most) return;
    throw new LeukoscopeError(
      'WEIGHTS_EXPAND_TOO_FAR',
      `A weights file must expand to at most ${this.#most} bytes. Received ${this.#taken} with ${subject}. If you trust the file, raise maxExpandedBytes.`,
    );
  }
}
