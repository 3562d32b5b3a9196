/** @file Runs `model fuse`: a description that names several models and how their findings become one list. */
import path from 'node:path';
import { LeukoscopeError } from '@leukoscope/core';
import type { ModelDescription } from '@leukoscope/models';
import type { FusionMethod, LeukocyteModel } from '@leukoscope/pipeline';
import { createEnsemble } from '@leukoscope/pipeline';
import { describeModel, openModel, shippedModels } from '@leukoscope/pipeline/node';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { withOutputFolder } from '../framework/output.ts';

interface Options {
  readonly out: string;
  readonly force: boolean;
  readonly name: string | undefined;
  readonly fuse: FusionMethod;
  readonly score: number;
}

/** Open each once, so that what cannot run is told now, and write the description. */
export async function fuseModels(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, fuse, score } = options;
  const names = (operands[0] ?? '').split(',').map((name) => name.trim());
  if (names.length < 2 || new Set(names).size < names.length) {
    throw new LeukoscopeError(
      'MODEL_FUSE',
      `models to fuse must be two or more different ones with commas, such as a,b,c. Received ${JSON.stringify(operands[0] ?? '')}.`,
    );
  }
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const models: LeukocyteModel[] = [];
    try {
      for (const name of names) models.push(await openModel(name));
      const { facts } = createEnsemble(models, { fuse });
      const { light: _, ...input } = (await describeModel(names[0]!)).description.input;
      const description: ModelDescription = {
        format: 2,
        name: options.name ?? facts.name,
        reader: 'ensemble',
        classes: facts.classes,
        input,
        networks: {},
        settings: {
          members: models.map((model, i) => ({
            model: placeFrom(names[i]!, out),
            hash: model.facts.hash,
          })),
          fuse,
        },
        calibration: { temperature: 1, scoreThreshold: score },
      };
      await output.write('model.json', `${JSON.stringify(description, null, 2)}\n`);
      return {
        json: { out, name: description.name, classes: facts.classes, members: names },
        text: (style) =>
          `${style.bold(description.name)} of ${names.length} models over ${facts.classes.join(', ')}: ${path.join(out, 'model.json')}`,
      };
    } finally {
      for (const model of models) await model.close();
    }
  });
}

/** A model that ships stands by its name, another by its path from the description's folder. */
function placeFrom(name: string, out: string): string {
  if (Object.hasOwn(shippedModels, name)) return name;
  return path.relative(path.resolve(out), path.resolve(name));
}
