/** @file Runs until Ctrl-C or SIGTERM; a second one, or a stop that hangs, ends the process at once. */
import { once } from 'node:events';
import type { CommandContext } from '../framework/command.ts';

const stopMs = 4500;

/** Say that it runs, wait for the interrupt, then stop in order. */
export async function untilInterrupted(
  context: CommandContext,
  announce: () => void,
  close: () => Promise<void>,
): Promise<void> {
  const { signal } = context;
  const letGo = context.io.interrupt.hold(() => {});
  try {
    // Not before: who reads that it is ready may interrupt it at once.
    announce();
    if (!signal.aborted) await once(signal, 'abort');
    context.note('Stopping ...');
    // Jobs that are killed in the middle run again at the next start: nothing is lost by leaving.
    const giveUp = setTimeout(() => process.exit(1), stopMs);
    giveUp.unref();
    await close();
    clearTimeout(giveUp);
  } finally {
    letGo();
  }
}
