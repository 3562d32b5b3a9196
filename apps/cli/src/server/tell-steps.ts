/** @file Tells what a start of a server or worker does while it takes a while. */
import type { CommandContext } from '../framework/command.ts';

/** Steps of a start that follow each other faster than this are not worth a line. */
const slowMs = 2000;

/** Tell the first step, and those after a slow one, so that nobody takes a start for dead. */
export function tellSteps(
  context: Pick<CommandContext, 'note' | 'io'>,
  all: boolean,
): (step: string) => void {
  let last: number | undefined;
  return (step) => {
    const now = context.io.elapsedMs();
    if (all || last === undefined || now - last > slowMs) context.note(`Start: ${step} ...`);
    last = now;
  };
}
