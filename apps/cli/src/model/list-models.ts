/** @file Runs `model list`. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { modelFamilies } from '@leukoscope/models';
import { describeModel, type FoundModel, shippedModels } from '@leukoscope/pipeline/node';
import type { CommandResult } from '../framework/command.ts';
import { textTable } from '../framework/text-table.ts';
import { taskOf } from './task-of.ts';

/** List the models that ship, and all families. */
export async function listModels(): Promise<CommandResult> {
  const models = await Promise.all(
    Object.keys(shippedModels).map(async (name) => {
      const found = await describeModel(name);
      const { description, hash } = found;
      return {
        name,
        title: description.name,
        reader: description.reader,
        task: taskOf(description),
        family: description.family?.name ?? null,
        classes: description.classes,
        sizeBytes: sizeOfNetworks(found),
        sha256: hash,
      };
    }),
  );
  const families = modelFamilies.map(({ name, title, task, presets, summary }) => ({
    name,
    title,
    task,
    presets,
    summary,
    weights: models.filter(({ family }) => family === name).map((model) => model.name),
  }));
  return {
    json: { models, families },
    text: (style, columns) =>
      [
        style.bold('Models that ship'),
        textTable(
          ['name', 'task', 'reader', 'types', 'MB'],
          models.map(({ name, task, reader, classes, sizeBytes }) => [
            name,
            task,
            reader,
            classes.length,
            (sizeBytes / 1e6).toFixed(1),
          ]),
          style,
          columns,
        ),
        '',
        style.bold('Families of networks'),
        textTable(
          ['name', 'task', 'presets', 'what it is'],
          families.map(({ name, task, presets, summary }) => [
            name,
            task,
            presets.join(', '),
            summary,
          ]),
          style,
          columns,
        ),
      ].join('\n'),
  };
}

/** Bytes of a model's networks together. */
export function sizeOfNetworks({ description, file }: FoundModel): number {
  const networks = Object.values(description.networks);
  // A file that holds its own description is its only network.
  if (/\.onnx$/i.test(file)) return statSync(file).size;
  const folder = path.dirname(file);
  return networks.reduce((sum, { onnx }) => sum + statSync(path.resolve(folder, onnx)).size, 0);
}
