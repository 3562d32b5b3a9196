/** @file Backup, restore and checking of everything that is stored. */
import {
  backUp,
  type Core,
  faultWords,
  openCore,
  readSettings,
  restore,
  verifyAll,
} from '@leukoscope/server';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { plural } from '../framework/text-table.ts';
import { processEnvironment } from '../settings.ts';
import { type ServerOptions, toEnvironment } from './server-settings.ts';

type Input = {
  readonly operands: readonly string[];
  readonly options: Pick<ServerOptions, 'data'>;
};

/** Write everything into a new folder. */
export async function runBackup(input: Input, context: CommandContext): Promise<CommandResult> {
  const folder = input.operands[0]!;
  const { rows, files } = await withCore(input, context, (core) => backUp(core.context, folder));
  return {
    json: { folder, rows, files },
    text: () => `${plural(rows, 'row')} and ${plural(files, 'file')} written to ${folder}`,
  };
}

/** Fill an empty data folder and database. */
export async function runRestore(input: Input, context: CommandContext): Promise<CommandResult> {
  const folder = input.operands[0]!;
  const { rows, files } = await withCore(input, context, (core) => restore(core.context, folder));
  return {
    json: { folder, rows, files },
    text: () => `${plural(rows, 'row')} and ${plural(files, 'file')} restored from ${folder}`,
  };
}

/** Check every history, signed version and file. */
export async function runVerifyData(input: Input, context: CommandContext): Promise<CommandResult> {
  const faults = await withCore(input, context, (core) => verifyAll(core.context));
  return {
    json: { faults },
    text: (style) =>
      faults.length === 0
        ? 'Everything is as it was stored.'
        : [...faults, style.red(plural(faults.length, 'fault'))].join('\n'),
    failures: faults.length,
  };
}

async function withCore<T>(
  { options }: Input,
  context: CommandContext,
  work: (core: Core) => Promise<T>,
): Promise<T> {
  const settings = readSettings({ ...processEnvironment(), ...toEnvironment(options) });
  const core = await openCore(settings, { onFault: (error) => context.warn(faultWords(error)) });
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}
