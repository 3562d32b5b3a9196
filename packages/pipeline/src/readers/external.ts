/**
 * @file ONNX detectors made elsewhere -> a model: the settings say what the network takes, and how to read its
 * outputs.
 *
 * Three styles cover the field. `yolo`: one tensor with a row (or column) of box and class scores per
 * candidate, before suppression. `ssd`: boxes and class scores in two tensors, before suppression.
 * `rcnn`: boxes, scores and class numbers as final lists, with masks where there are some; also what
 * YOLO with built-in suppression, torchvision's SSD and TensorFlow's object detection give.
 */
import { boxArea, LeukoscopeError, type PlacedMask } from '@leukoscope/core';
import { boxToImage, type Placement, warpPlacedMask } from '@leukoscope/image';
import type { ModelDescription } from '@leukoscope/models';
import type { TensorMap } from '@leukoscope/nn/runtime';
import { suppressFindings } from '../merge/suppress-findings.ts';
import type { LeukocyteModel, ModelFinding } from '../model/leukocyte-model.ts';
import { type Candidate, pickOutput } from './external/candidate.ts';
import { toExternalInput } from './external/external-input.ts';
import { type ExternalSettings, externalSchema } from './external/external-settings.ts';
import { readRcnn } from './external/read-rcnn.ts';
import { readSsd } from './external/read-ssd.ts';
import { readYolo } from './external/read-yolo.ts';
import { factsOf, openOnlyNetwork, parseSettings, type Reader, tilingOf } from './reader.ts';
import { typeCell } from './type-cell.ts';

/** Make a model of a detector that was made elsewhere. */
export const readExternal: Reader = async (parts): Promise<LeukocyteModel> => {
  const { description } = parts;
  const settings = parseSettings(externalSchema, parts);
  const session = await openOnlyNetwork(parts);
  let inputName: string;
  try {
    checkClassOf(parts.description, settings);
    inputName = settings.input.name ?? onlyName(session.inputs);
    checkInput(inputName, session.inputs);
  } catch (error) {
    await session.close();
    throw error;
  }
  const { classes, calibration, input } = description;
  const classOf = settings.classOf ?? classes.map((_, k) => k);
  return {
    facts: factsOf(parts),
    tiling: tilingOf(parts),
    async analyse(raster, options = {}) {
      const { scoreThreshold = calibration.scoreThreshold } = options;
      const { tensor, placement } = toExternalInput(raster, input, settings.input);
      const outputs = await session.run({ [inputName]: tensor });
      const candidates = readCandidates(
        outputs,
        settings,
        classOf.length,
        placement,
        scoreThreshold,
      );
      const findings = candidates
        .map((candidate): ModelFinding => {
          const classIndex = classOf[candidate.classIndex]!;
          const probabilities = sumByClass(candidate.probabilities, classOf, classes.length);
          const mask =
            candidate.mask === undefined ? undefined : maskToImage(candidate.mask, placement);
          const type =
            probabilities === undefined
              ? { classIndex, cellClass: classes[classIndex]!, isUnsure: false }
              : typeCell(probabilities, description, classIndex);
          return {
            box: boxToImage(candidate.box, placement),
            score: Math.min(1, candidate.score),
            ...type,
            ...(mask === undefined ? {} : { mask }),
          };
        })
        // A box beside the picture, in the padding, has nothing left.
        .filter(({ box }) => boxArea(box) > 0);
      return suppressFindings(findings, { iouThreshold: settings.iouThreshold });
    },
    close: () => session.close(),
  };
};

function readCandidates(
  outputs: TensorMap,
  { output }: ExternalSettings,
  count: number,
  { input }: Placement,
  scoreThreshold: number,
): Candidate[] {
  switch (output.style) {
    case 'yolo':
      return readYolo(pickOutput(outputs, output.tensor), count, output, input, scoreThreshold);
    case 'ssd':
      return readSsd(outputs, count, output, input, scoreThreshold);
    case 'rcnn':
      return readRcnn(outputs, count, output, input, scoreThreshold);
  }
}

/** Add up what the network tells apart and the description does not. */
function sumByClass(
  probabilities: readonly number[] | undefined,
  classOf: readonly number[],
  count: number,
): number[] | undefined {
  if (probabilities === undefined) return undefined;
  const sums = new Array<number>(count).fill(0);
  probabilities.forEach((p, k) => {
    sums[classOf[k]!]! += p;
  });
  return sums;
}

function checkClassOf(
  { name, classes }: ModelDescription,
  { classOf = [] }: ExternalSettings,
): void {
  const wrong = classOf.find((k) => k >= classes.length);
  if (wrong === undefined) return;
  throw new LeukoscopeError(
    'MODEL_SETTINGS',
    `settings.classOf of ${name} must hold places in its ${classes.length} classes, from 0. Received ${wrong}.`,
  );
}

function checkInput(name: string, inputs: readonly string[]): void {
  if (inputs.includes(name)) return;
  throw new LeukoscopeError(
    'DETECTOR_INPUT',
    `input.name must be one of the model's inputs: ${inputs.join(', ')}. Received ${name}. Correct the settings of its description.`,
  );
}

function onlyName(names: readonly string[]): string {
  if (names.length === 1) return names[0]!;
  throw new LeukoscopeError(
    'DETECTOR_INPUT',
    `input.name must be given for a model with several inputs: ${names.join(', ')}. Add it to the settings of its description.`,
  );
}

function maskToImage(mask: PlacedMask, placement: Placement): PlacedMask | undefined {
  const { scaleX, scaleY, left, top, image } = placement;
  // Each pixel of the image is read at its place in the input.
  return warpPlacedMask(mask, { toSource: [scaleX, 0, left, 0, scaleY, top] }, image);
}
