/** @file Weights to begin with: read, checked by hash, matched by name, and told what matched. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { LeukoscopeError, messageOf, type TensorData } from '@leukoscope/core';
import type { ConfiguredModel } from '@leukoscope/models';
import { describeMatch, matchWeights, type ParameterSpec, readWeightsFile } from '@leukoscope/nn';
import type { Recipe } from '../recipe/recipe.ts';
import { modelFiles } from './model-folder-node.ts';

/** Weights by parameter. */
export interface InitialWeights {
  readonly weights: ReadonlyMap<string, TensorData>;
  readonly parent: { readonly name: string; readonly hash: string };
  /** Which names matched and which did not. */
  readonly match: string;
}

/** The SHA-256 and bytes of a weights file; a run's or a model's folder means the weights inside. */
export async function readInitialFile(
  place: string,
): Promise<{ readonly file: string; readonly bytes: Uint8Array; readonly sha256: string }> {
  try {
    const isFolder = (await stat(place)).isDirectory();
    const inside = [
      path.join(place, 'best', modelFiles.weights),
      path.join(place, modelFiles.weights),
    ];
    let file = place;
    if (isFolder) {
      const found = await Promise.all(
        inside.map((one) =>
          stat(one).then(
            () => true,
            () => false,
          ),
        ),
      );
      file = inside[found[0] ? 0 : 1]!;
    }
    const bytes = new Uint8Array(await readFile(file));
    return { file, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (cause) {
    throw weightsFault(
      `${place} must be a weights file or the folder of a run`,
      messageOf(cause),
      cause,
    );
  }
}

/** Match the tensors of a file with the parameters of a model. */
export async function initialWeights(
  place: string,
  { sha256: expected, into }: Pick<NonNullable<Recipe['initial']>, 'sha256' | 'into'>,
  model: ConfiguredModel,
  parameters: readonly ParameterSpec[],
): Promise<InitialWeights> {
  const { file, bytes, sha256 } = await readInitialFile(place);
  if (expected !== undefined && expected !== sha256) {
    throw weightsFault(`${place} must have the hash of the recipe, ${expected}`, sha256);
  }
  const read = readWeightsFile(bytes, path.basename(file)).tensors;
  const tensors =
    into === undefined ? read : new Map([...read].map(([name, one]) => [`${into}.${name}`, one]));
  const match = matchWeights(parameters, tensors, { rename: model.rename });
  if (match.matched.size === 0) {
    throw weightsFault(
      `${place} must hold parameters of ${model.family}`,
      `${tensors.size} tensors of other names or shapes, such as ${[...tensors.keys()].slice(0, 3).join(', ')}, where the model has ${parameters
        .slice(0, 3)
        .map(({ key }) => key)
        .join(
          ', ',
        )}; "into" of the recipe's initial weights names the part of the model that they are`,
    );
  }
  return {
    weights: match.matched,
    parent: { name: path.basename(place), hash: sha256 },
    match: describeMatch(match),
  };
}

function weightsFault(rule: string, received: string, cause?: unknown): LeukoscopeError {
  return new LeukoscopeError(
    'TRAIN_WEIGHTS',
    `${rule}. Received ${received}. leukoscope weights inspect shows what a file holds.`,
    cause === undefined ? {} : { cause },
  );
}
