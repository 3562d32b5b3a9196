/** @file Runs `model join`: weights of two families -> networks for any size and number, and their description. */
import path from 'node:path';
import { LeukoscopeError, type TensorData } from '@leukoscope/core';
import {
  type ConfiguredModel,
  familyOf,
  freeBatch,
  freeShapes,
  type ModelDescription,
} from '@leukoscope/models';
import {
  buildInferenceModel,
  createScope,
  decodeOnnxModel,
  describeMatch,
  encodeOnnxModel,
  matchWeights,
  type OnnxModel,
  readWeightsFile,
} from '@leukoscope/nn';
import { readInitialFile } from '@leukoscope/training/node';
import type { CommandContext, CommandResult } from '../framework/command.ts';
import { type OutputFolder, withOutputFolder } from '../framework/output.ts';
import { sha256Hex } from './sha256.ts';

interface Options {
  readonly out: string;
  readonly force: boolean;
  readonly name: string | undefined;
  readonly margin: number;
  readonly largestSide: number;
  readonly passes: number;
  readonly views: '1' | '2' | '4' | '8';
}

/** Crops of one run at most: two cells in four views, or eight cells in one. */
const batch = 8;

/** Read, build, describe, write. */
export async function joinStages(
  { operands, options }: { readonly operands: readonly string[]; readonly options: Options },
  context: CommandContext,
): Promise<CommandResult> {
  const { out, force, margin, largestSide, passes, views } = options;
  const locator = await readStage(operands[0]!, 'compact-locator');
  const refiner = await readStage(operands[1]!, 'compact-refiner');
  const side = refiner.model.input.size.width;
  const { size } = locator.model.input;
  const { light: _, ...input } = locator.model.input;
  return withOutputFolder(out, { force, interrupt: context.io.interrupt }, async (output) => {
    const description: ModelDescription = {
      format: 2,
      name: options.name ?? 'two-stage',
      reader: 'two-stage',
      classes: refiner.model.classes,
      // The reader brings fields to balanced light itself.
      input,
      networks: {
        locator: await writeNetwork(output, 'locator', locator, { count: 1, size }),
        refiner: await writeNetwork(output, 'refiner', refiner, {
          count: batch,
          size: { width: side, height: side },
        }),
      },
      settings: {
        stages: 'locate-refine',
        locator: {
          side: Math.max(size.width, size.height),
          largestSide,
          scoreThreshold: lowestScore,
          iouThreshold: 0.5,
        },
        refiner: { batch, side, cropMargin: margin, passes, views: Number(views) },
        iouThreshold: 0.6,
      },
      calibration: { temperature: 1, scoreThreshold: 0.3 },
      tile: { side: 1280, overlap: 320 },
    };
    await output.write('model.json', `${JSON.stringify(description, null, 2)}\n`);
    return {
      json: { out, files: output.files },
      text: (style) =>
        `${style.bold(description.name)} of two stages: ${out}/model.json\nnot calibrated yet: leukoscope model calibrate ${out} DATASET --out ${out}-calibrated`,
    };
  });
}

/** Low enough for whole precision-recall curves. */
const lowestScore = 0.05;

interface Stage {
  readonly model: ConfiguredModel;
  readonly weights: ReadonlyMap<string, TensorData>;
}

/** Weights with the model that they are of. Files of before runs said their configuration are of what ships. */
async function readStage(place: string, family: string): Promise<Stage> {
  const { file, bytes } = await readInitialFile(place);
  const { tensors, metadata } = readWeightsFile(bytes, path.basename(file));
  const told = metadata['family'];
  if (told !== undefined && told !== family) throw stageFault(place, family, `weights of ${told}`);
  const config: unknown = told === undefined ? {} : JSON.parse(metadata['config'] ?? '{}');
  const model = familyOf(family).configure({ config: { ...(config as object) } });
  const scope = createScope({ mode: 'infer' });
  model.stage!(scope);
  const match = matchWeights([...scope.declared.parameters.values()], tensors, {
    rename: model.rename,
  });
  if (match.missing.length > 0)
    throw stageFault(place, family, `other names or shapes: ${describeMatch(match)}`);
  return { model, weights: match.matched };
}

function stageFault(place: string, family: string, received: string): LeukoscopeError {
  return new LeukoscopeError(
    'MODEL_STAGE',
    `${place} must hold the weights of a ${family}. Received ${received}. Give the folder of its run.`,
  );
}

async function writeNetwork(
  output: OutputFolder,
  key: 'locator' | 'refiner',
  { model, weights }: Stage,
  shape: Parameters<NonNullable<ConfiguredModel['stage']>>[1],
) {
  const name = model.family;
  const fixed = decodeOnnxModel(
    buildInferenceModel((scope) => model.stage!(scope, shape), weights, { name }),
  );
  const free: Record<typeof key, (model: OnnxModel) => OnnxModel> = {
    locator: freeShapes,
    refiner: freeBatch,
  };
  const bytes = encodeOnnxModel(free[key](fixed));
  const onnx = `${key}.onnx`;
  await output.write(onnx, bytes);
  return { onnx, sha256: sha256Hex(bytes) };
}
