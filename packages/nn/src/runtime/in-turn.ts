/** @file Asynchronous work, one piece after the other in the order of the calls. */

/** Runs a piece of work when all earlier ones are done, whether they succeeded or not. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Make a queue of its own. */
export function createInTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
