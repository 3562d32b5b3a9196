/** @file Runs the command line of this process; `bin/leukoscope.mjs` calls it. */
import { main } from './main.ts';
import { createProcessIo } from './process-io.ts';
import { processSettings } from './settings.ts';

/** Run and leave the exit code to the process, so that everything written gets out first. */
export async function start(argv: readonly string[]): Promise<void> {
  process.exitCode = await main(argv, createProcessIo(processSettings()));
}
