/** @file Backup, restore and checking of everything that is stored. */
import { existsSync, readFileSync } from 'node:fs';
import {
  type Anchor,
  backUp,
  compareWithAnchor,
  type Core,
  faultWords,
  type OpenPurpose,
  openCore,
  parseAnchor,
  readSettings,
  restore,
  rotateKey,
  takeAnchor,
  verifyAll,
} from '@leukoscope/server';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { writeOutputFile } from '../framework/output.ts';
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
  const { rows, files } = await withCore(input, context, inspecting, (core) =>
    backUp(core.context, folder),
  );
  return {
    json: { folder, rows, files },
    text: () => `${plural(rows, 'row')} and ${plural(files, 'file')} written to ${folder}`,
  };
}

/** Fill an empty data folder and database. */
export async function runRestore(
  input: Input & { readonly options: { readonly key: string | undefined } },
  context: CommandContext,
): Promise<CommandResult> {
  const folder = input.operands[0]!;
  const { rows, files } = await withCore(input, context, {}, (core) =>
    restore(core.context, folder, { keyFile: input.options.key }),
  );
  return {
    json: { folder, rows, files },
    text: () => `${plural(rows, 'row')} and ${plural(files, 'file')} restored from ${folder}`,
  };
}

/** Check everything that is stored against what was sealed, and against an anchor that is kept elsewhere. */
export async function runVerifyData(
  input: Input & { readonly options: { readonly anchor: string | undefined } },
  context: CommandContext,
): Promise<CommandResult> {
  const file = input.options.anchor;
  const before =
    file === undefined || !existsSync(file)
      ? undefined
      : parseAnchor(readFileSync(file, 'utf8'), file);
  const { faults, now } = await withCore(input, context, inspecting, async (core) => ({
    faults: [
      ...(await verifyAll(core.context)),
      ...(before === undefined ? [] : await compareWithAnchor(core.context, before)),
    ],
    now: await takeAnchor(core.context),
  }));
  // What was found must not become what is right.
  const isMoved = file !== undefined && faults.length === 0;
  if (isMoved) {
    const { interrupt } = context.io;
    await writeOutputFile(file, `${JSON.stringify(now, null, 1)}\n`, { force: true, interrupt });
  }
  return {
    json: { faults, ...(isMoved && { anchor: file }) },
    text: (style) =>
      faults.length === 0
        ? `Everything is as it was stored.${isMoved ? ` ${anchorWords(file, before)}` : ''}`
        : [...faults, style.red(plural(faults.length, 'fault'))].join('\n'),
    failures: faults.length,
  };
}

function anchorWords(file: string, before: Anchor | undefined): string {
  const since =
    before === undefined ? 'It begins' : `Nothing was put back since ${before.at}; it goes on`;
  return `${since} in ${file}: keep that file where nobody who may write the data may write it.`;
}

/** Seal with a new key from now on. */
export async function runRotateKey(
  input: Input & { readonly options: { readonly lost: boolean } },
  context: CommandContext,
): Promise<CommandResult> {
  const isLost = input.options.lost;
  const purpose = { ...inspecting, acceptsLostKeys: isLost };
  const { keyId, file } = await withCore(input, context, purpose, async (core) => ({
    keyId: await rotateKey(core.context, { isLost }),
    file: core.context.keys.file,
  }));
  return {
    json: { keyId, file },
    text: () =>
      `${keyId} seals from now on. Keep a copy of ${file} apart from the data and the backups.`,
  };
}

/** Nothing is made where something is looked at. */
const inspecting: OpenPurpose = { purpose: 'inspect' };

async function withCore<T>(
  { options }: Input,
  context: CommandContext,
  purpose: OpenPurpose,
  work: (core: Core) => Promise<T>,
): Promise<T> {
  const settings = readSettings({ ...processEnvironment(), ...toEnvironment(options) });
  const core = await openCore(settings, {
    ...purpose,
    onFault: (error) => context.warn(faultWords(error)),
  });
  try {
    return await work(core);
  } finally {
    await core.close();
  }
}
