/** @file Serves until it is told to stop. */
import { faultWords, isLoopback, readSettings, startServer } from '@leukoscope/server';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { processEnvironment } from '../settings.ts';
import { openBrowser } from './open-browser.ts';
import { type ServerOptions, toEnvironment } from './server-settings.ts';
import { tellSteps } from './tell-steps.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** Checked options of the command. */
export type ServeOptions = ServerOptions & { readonly noOpen: boolean };

/** Start, print the address, open a browser, stop with Ctrl-C. */
export async function runServe(
  { options }: { readonly options: ServeOptions },
  context: CommandContext,
): Promise<CommandResult> {
  const environment = processEnvironment();
  const settings = readSettings({
    // A line for every request is for machines that keep it, not for a terminal.
    LEUKOSCOPE_LOG: 'warn',
    ...environment,
    ...toEnvironment(options),
  });
  const server = await startServer(settings, {
    onFault: (error) => context.warn(faultWords(error)),
    onStep: tellSteps(context, settings.log === 'debug'),
  });
  const address = settings.publicUrl ?? server.address;
  const hasPages = settings.webFolder !== undefined;
  const announce = () => {
    const { stdout } = context.io;
    stdout.write(`Leukoscope is ready on ${address} (Ctrl-C stops it). For research use only.\n`);
    context.note(`Data: ${settings.dataFolder}`);
    if (!hasPages) {
      context.warn(
        `There is no built web application (npm run build -w apps/web): ${address} serves the interface for programs only, described at /docs.`,
      );
    }
    if (server.setupLink !== undefined) {
      stdout.write(
        `Open this link once, within a day, to make the first administrator:\n${server.setupLink}\n`,
      );
    }
    const isSeen = stdout.isTerminal && isLoopback(settings.host);
    if (hasPages && isSeen && !options.noOpen) {
      openBrowser(server.setupLink ?? address, environment);
    }
  };
  await untilInterrupted(context, announce, () => server.close());
  return { json: { address }, text: () => 'Leukoscope has stopped.' };
}
