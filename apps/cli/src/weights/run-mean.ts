/** @file Runs `weights mean`. */
import path from 'node:path';
import { meanWeights, readWeightsFile, writeSafetensors } from '@leukoscope/nn';
import { readInitialFile } from '@leukoscope/training/node';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { checkFileFree, writeOutputFile } from '../framework/output.ts';

interface Options {
  readonly out: string;
  readonly force: boolean;
}

/** Read, average, write. */
export async function runMean(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force } = options;
  checkFileFree(out, force);
  const files = [];
  for (const place of operands) {
    const { file, bytes } = await readInitialFile(place);
    files.push(readWeightsFile(bytes, path.basename(file)));
  }
  const mean = meanWeights(files.map(({ tensors }) => tensors));
  const { step: _, steps: __, ...metadata } = files[0]!.metadata;
  const bytes = writeSafetensors(mean, { ...metadata, meanOf: String(files.length) });
  await writeOutputFile(out, bytes, { force, interrupt: context.io.interrupt });
  return {
    json: { out, of: operands, tensors: mean.size },
    text: () => `mean of ${operands.length} runs written to ${out}`,
  };
}
