/**
 * @file What a command line has around it: two streams, a clock, interrupts. Tests hand in fakes, so that
 * `main` runs in process.
 */

/** Where text goes. */
export interface TextStream {
  write(text: string): void;
  /** Whether a person looks at it: lines may be redrawn. */
  readonly isTerminal: boolean;
  readonly hasColour: boolean;
  /** Undefined: text is not cut. */
  readonly columns: number | undefined;
}

/** Ctrl-C and the like. */
export interface Interrupt {
  /** Aborted at the first interrupt while held. */
  readonly signal: AbortSignal;
  /**
   * Ask to be told of interrupts instead of being killed by them; `cleanUp` must work without waiting and
   * runs when a second one comes. Returns how to let go.
   */
  hold(cleanUp: () => void): () => void;
}

/** Everything outside of the program. */
export interface Io {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly interrupt: Interrupt;
  /** Milliseconds, only differences count. */
  elapsedMs(): number;
  /** Date and time. */
  now(): Date;
}
