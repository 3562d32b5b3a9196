/** @file Runs `model chain`: a global and a local classifier in one description. */
import path from 'node:path';
import { LeukoscopeError } from '@leukoscope/core';
import type { ModelDescription } from '@leukoscope/models';
import { describeModel, type FoundModel } from '@leukoscope/pipeline/node';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';
import { settingsFrom } from './export-model.ts';
import { sha256Hex } from './sha256.ts';

interface Options {
  readonly out: string;
  readonly name: string | undefined;
  readonly force: boolean;
}

/** Check that the two fit, write both networks and the description. */
export async function chainModels(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const [globalName = '', localName = ''] = operands;
  const first = await describeModel(globalName);
  const second = await describeModel(localName);
  const [globalNetwork, localNetwork] = checkPair(first, second);
  const { out, force } = options;
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const networks: Record<string, { onnx: string; sha256: string }> = {};
    for (const [key, read] of [
      ['global', globalNetwork],
      ['local', localNetwork],
    ] as const) {
      const bytes = await read();
      await output.write(`${key}.onnx`, bytes);
      networks[key] = { onnx: `${key}.onnx`, sha256: sha256Hex(bytes) };
    }
    const { classes, calibration } = second.description;
    const description: ModelDescription = {
      ...first.description,
      name: options.name ?? `${first.description.name} + ${second.description.name}`,
      networks,
      settings: {
        ...settingsFrom(first, out),
        local: { classes, temperature: calibration.temperature },
      },
    };
    await output.write('model.json', `${JSON.stringify(description, null, 2)}\n`);
    return {
      json: { out, name: description.name, local: classes, files: output.files },
      text: (style) =>
        `${style.bold(description.name)}: between ${classes.join(' and ')} the second decides; ${path.join(out, 'model.json')}`,
    };
  });
}

/** Throw unless the second can decide for the first; returns the readers of their networks. */
function checkPair(first: FoundModel, second: FoundModel) {
  const networks = [first, second].map(({ description: { name, reader }, files }) => {
    const [only, ...more] = Object.values(files);
    if (reader === 'classes' && only !== undefined && more.length === 0) return only;
    throw fault('both must be classifiers of one network', `${name}, read by ${reader}`);
  });
  const [one, two] = [first.description, second.description];
  if (JSON.stringify(one.input) !== JSON.stringify(two.input)) {
    throw fault(
      'both must take the same input',
      `${JSON.stringify(one.input)} and ${JSON.stringify(two.input)}`,
      'Train the second with the size of the first.',
    );
  }
  const strange = two.classes.filter((c) => !one.classes.includes(c));
  if (strange.length > 0 || two.classes.length < 2) {
    throw fault(
      'the second must tell apart two or more classes of the first',
      strange.length > 0 ? strange.join(', ') : two.classes.join(', '),
      `Those of the first are ${one.classes.join(', ')}.`,
    );
  }
  return [networks[0]!, networks[1]!] as const;
}

function fault(rule: string, received: string, cure = ''): LeukoscopeError {
  return new LeukoscopeError(
    'MODEL_CHAIN',
    `models to chain: ${rule}. Received ${received}. ${cure}`.trim(),
  );
}
