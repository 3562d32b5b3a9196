/**
 * @file A line for heavy requests: people take turns, each does one thing at a time, and who has too much in it
 * is told so. A hundred requests of one person hold nobody else up for longer than one of them takes.
 */
import { HttpError } from './http-error.ts';

/** Settings of a line. */
export interface FairLineOptions {
  /** What stands in it, for people: `exports`. */
  readonly what: string;
  /** How many people are served at the same time. */
  readonly atOnce: number;
  /** How many requests one person may have on their way. */
  readonly mostOfOne: number;
}

/** A line for heavy requests. */
export interface FairLine {
  /** Count a request in; throws when the person has too many. Call what is returned when it is answered. */
  enter(person: string): () => void;
  /** Do work when the person's turn comes. */
  take<T>(person: string, work: () => Promise<T>): Promise<T>;
}

/** Make a line. */
export function createFairLine({ what, atOnce, mostOfOne }: FairLineOptions): FairLine {
  const inside = new Map<string, number>();
  /** Who waits, in the order of their turns. */
  const waiting = new Map<string, (() => Promise<void>)[]>();
  const served = new Set<string>();

  const next = () => {
    for (const [person, works] of waiting) {
      if (served.size >= atOnce) return;
      if (served.has(person)) continue;
      const work = works.shift()!;
      // Behind all others, for the next turn.
      waiting.delete(person);
      if (works.length > 0) waiting.set(person, works);
      served.add(person);
      work().finally(() => {
        served.delete(person);
        next();
      });
    }
  };

  return {
    enter: (person) => {
      const count = inside.get(person) ?? 0;
      if (count >= mostOfOne) {
        throw new HttpError(
          429,
          'PERSON_BUSY',
          `${what} of one person must be at most ${mostOfOne} at a time. Received one more. Wait until an earlier one is there.`,
        );
      }
      inside.set(person, count + 1);
      let isInside = true;
      return () => {
        if (!isInside) return;
        isInside = false;
        const left = inside.get(person)! - 1;
        if (left === 0) inside.delete(person);
        else inside.set(person, left);
      };
    },
    take: (person, work) =>
      new Promise((resolve, reject) => {
        const works = waiting.get(person) ?? [];
        works.push(() => work().then(resolve, reject));
        waiting.set(person, works);
        next();
      }),
  };
}
