/**
 * @file Lets password hashes through one at a time. Each takes a thread of Node's pool of four for a quarter of
 * a second, and files, uploads among them, need that pool too: sixty guesses at once would hold everything up.
 */
import { HttpError } from '../http-error.ts';

/** A line in which work waits its turn. */
export interface HashLine {
  /** Do the work when those before are done; refuses when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** Make a line. `mostWaiting`: who comes later is told so instead of waiting in vain. */
export function createHashLine(mostWaiting: number): HashLine {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    run: (work) => {
      if (waiting >= mostWaiting) {
        throw new HttpError(
          503,
          'PASSWORDS_BUSY',
          `passwords to be checked must be at most ${mostWaiting} at a time. Received one more. Repeat in a moment.`,
        );
      }
      waiting++;
      const own = last.then(work).finally(() => {
        waiting--;
      });
      last = own.catch(() => {});
      return own;
    },
  };
}

const mostWaiting = 100;

/**
 * Two lines, so two threads at most: strangers who guess at sign-ins do not keep those waiting who sign a case
 * or change a password.
 */
export const hashLines: Readonly<Record<'strangers' | 'known', HashLine>> = {
  strangers: createHashLine(mostWaiting),
  known: createHashLine(mostWaiting),
};
