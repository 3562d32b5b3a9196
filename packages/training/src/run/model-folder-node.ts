/**
 * @file The folder of a trained model: `model.json` (the description), `model.onnx` with the same text inside,
 * `weights.safetensors` to train on from, `card.md`. It is replaced as a whole.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TensorData } from '@leukoscope/core';
import { descriptionKey, type ModelDescription, parseModelDescription } from '@leukoscope/models';
import { decodeOnnxModel, encodeOnnxModel, writeSafetensors } from '@leukoscope/nn';

/** Names inside the folder. */
export const modelFiles = {
  description: 'model.json',
  network: 'model.onnx',
  weights: 'weights.safetensors',
  card: 'card.md',
} as const;

/** What is known of a model before its network is written. */
export type DescriptionFacts = Omit<ModelDescription, 'networks'>;

/** A model to keep. */
export interface KeptModel {
  readonly facts: DescriptionFacts;
  /** The network as ONNX, as it was measured. */
  readonly network: Uint8Array;
  readonly weights: ReadonlyMap<string, TensorData>;
  readonly step: number;
  readonly card: string;
}

/** Replace the folder. A crash in between leaves the old or the new one, see `repairModelFolder`. */
export async function keepModel(folder: string, model: KeptModel): Promise<void> {
  const [made, old] = [`${folder}.partial`, `${folder}.old`];
  await rm(made, { recursive: true, force: true });
  await mkdir(made, { recursive: true });
  const network = withDescription(model.network, model.facts);
  const sha256 = createHash('sha256').update(network).digest('hex');
  const description = parseModelDescription(
    { ...model.facts, networks: { network: { onnx: modelFiles.network, sha256 } } },
    modelFiles.description,
  );
  await writeFile(path.join(made, modelFiles.network), network);
  await writeFile(
    path.join(made, modelFiles.description),
    `${JSON.stringify(description, null, 2)}\n`,
  );
  await writeFile(
    path.join(made, modelFiles.weights),
    writeSafetensors(model.weights, {
      step: String(model.step),
      name: model.facts.name,
      ...(model.facts.family === undefined
        ? {}
        : { family: model.facts.family.name, config: JSON.stringify(model.facts.family.config) }),
    }),
  );
  await writeFile(path.join(made, modelFiles.card), model.card);
  await rm(old, { recursive: true, force: true });
  if (existsSync(folder)) await rename(folder, old);
  await rename(made, folder);
  await rm(old, { recursive: true, force: true });
}

/** Put back the old folder where a crash came between the two renames. */
export async function repairModelFolder(folder: string): Promise<void> {
  const old = `${folder}.old`;
  if (!existsSync(folder) && existsSync(old)) await rename(old, folder);
  await rm(`${folder}.partial`, { recursive: true, force: true });
  await rm(old, { recursive: true, force: true });
}

/** The network with its description inside. */
export function withDescription(network: Uint8Array, facts: DescriptionFacts): Uint8Array {
  const model = decodeOnnxModel(network);
  const metadata = { ...model.metadata, [descriptionKey]: JSON.stringify(facts) };
  return encodeOnnxModel({ ...model, metadata });
}
