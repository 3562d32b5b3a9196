/** @file Takes jobs of a shared PostgreSQL until it is told to stop. */
import { faultWords, readSettings, startWorker } from '@leukoscope/server';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { processEnvironment } from '../settings.ts';
import { type ServerOptions, toEnvironment } from './server-settings.ts';
import { tellSteps } from './tell-steps.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** Start and stop with Ctrl-C. */
export async function runWorker(
  { options }: { readonly options: Pick<ServerOptions, 'data' | 'workers'> },
  context: CommandContext,
): Promise<CommandResult> {
  const settings = readSettings({ ...processEnvironment(), ...toEnvironment(options) });
  const worker = await startWorker(settings, {
    onFault: (error) => context.warn(faultWords(error)),
    onStep: tellSteps(context, settings.log === 'debug'),
  });
  const { workers } = settings.work;
  const announce = () =>
    context.io.stdout.write(`Leukoscope takes jobs, ${workers} at a time (Ctrl-C stops it).\n`);
  await untilInterrupted(context, announce, () => worker.close());
  return { json: { workers }, text: () => 'The worker has stopped.' };
}
