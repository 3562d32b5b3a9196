/** @file Runs `model show`. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { familyOf, modelFamilies } from '@leukoscope/models';
import { describeModel, type FoundModel, shippedModels } from '@leukoscope/pipeline/node';
import type { CommandResult } from '../framework/command.ts';
import { sizeOfNetworks } from './list-models.ts';
import { taskOf } from './task-of.ts';

/** Show a model or a family. */
export async function showModel({
  operands,
  options,
}: {
  readonly operands: readonly string[];
  readonly options: { readonly preset: string | undefined };
}): Promise<CommandResult> {
  const name = operands[0]!;
  const isFamily = modelFamilies.some((family) => family.name === name);
  // A model that ships may have its family's name: what can be used at once comes first.
  const isModel = Object.hasOwn(shippedModels, name) && options.preset === undefined;
  return isFamily && !isModel
    ? showFamily(name, options.preset ?? 'slim')
    : showDescribed(await describeModel(name));
}

function showFamily(name: string, preset: string): CommandResult {
  const family = familyOf(name);
  const { title, summary, task, presets, recipe } = family;
  const { config, input, frozen } = family.configure({ preset });
  const json = {
    family: name,
    title,
    summary,
    task,
    presets,
    preset,
    config,
    input,
    frozen,
    recipe,
  };
  return {
    json,
    text: (style) =>
      [
        `${style.bold(title)} ${style.dim(`family ${name}, task ${task}`)}`,
        summary,
        '',
        style.bold(`Configuration (preset ${preset} of ${presets.join(', ')})`),
        JSON.stringify(config, null, 2),
        '',
        style.bold('Recipe when nobody says otherwise'),
        JSON.stringify(recipe, null, 2),
      ].join('\n'),
  };
}

function showDescribed(found: FoundModel): CommandResult {
  const { description, hash, file, isOld } = found;
  const { name, reader, family, networks, parent, familiar, ...rest } = description;
  const card = cardOf(file);
  const sizeBytes = sizeOfNetworks(found);
  const task = taskOf(description);
  return {
    json: {
      file,
      sha256: hash,
      task,
      sizeBytes,
      isOldFormat: isOld,
      description,
      card: card ?? null,
    },
    text: (style) =>
      [
        `${style.bold(name)} ${style.dim(`${file}, ${(sizeBytes / 1e6).toFixed(1)} MB`)}`,
        `task      ${task}, read by ${reader}`,
        ...(family === undefined ? [] : [`family    ${family.name}`]),
        `hash      ${hash}`,
        ...Object.entries(networks).map(([key, { onnx }]) => `network   ${key}: ${onnx}`),
        `parent    ${parent === undefined ? 'none named' : `${parent.name} ${style.dim(parent.hash)}`}`,
        ...(familiar === undefined
          ? []
          : [
              `familiar  cases at a distance above ${familiar.limit} are unlike its training cells`,
            ]),
        ...(isOld ? ['format    of before format 2; leukoscope model export renews it'] : []),
        '',
        style.bold('Settings'),
        JSON.stringify(rest, null, 2),
        '',
        ...(card === undefined ? [style.dim('No card beside it.')] : [card.trimEnd()]),
      ].join('\n'),
  };
}

/** The card beside a description: NAME.md, or card.md in a run's folder. */
export function cardOf(file: string): string | undefined {
  const own = file.replace(/\.(json|onnx)$/i, '.md');
  const ofRun = path.join(path.dirname(file), 'card.md');
  const card = [own, ofRun].find((place) => existsSync(place));
  return card === undefined ? undefined : readFileSync(card, 'utf8');
}
