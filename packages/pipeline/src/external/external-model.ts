/** @file A foreign ONNX detector, described by JSON, as a model of the pipeline. */
import { boxArea, LeukoscopeError, type PlacedMask, type TensorData } from '@leukoscope/core';
import { boxToImage, type Placement, warpPlacedMask } from '@leukoscope/image';
import { suppressFindings } from '../merge/suppress-findings.ts';
import type { LeukocyteModel, ModelFinding } from '../model/leukocyte-model.ts';
import type { ModelSession } from '../model/model-session.ts';
import { type Candidate, pickOutput } from './candidate.ts';
import type { DetectorConfig } from './detector-config.ts';
import { readRcnn } from './read-rcnn.ts';
import { readSsd } from './read-ssd.ts';
import { readYolo } from './read-yolo.ts';
import { toDetectorInput } from './to-detector-input.ts';

/** Images above this side are cut only where the description says how. */
const untiledSide = 1 << 20;

/** Make a model of a loaded session and its description. */
export function createExternalModel(
  session: ModelSession,
  config: DetectorConfig,
  hash: string,
): LeukocyteModel {
  const inputName = config.input.name ?? onlyName(session.inputs);
  if (!session.inputs.includes(inputName)) {
    throw new LeukoscopeError(
      'DETECTOR_INPUT',
      `input.name must be one of the model's inputs: ${session.inputs.join(', ')}. Received ${inputName}. Correct the detector description.`,
    );
  }
  const { cellClasses, iouThreshold } = config;
  return {
    facts: { name: config.name, hash, classes: cellClasses },
    tiling: config.tile ?? { side: untiledSide, overlap: 0 },
    async analyse(raster, options = {}) {
      const { scoreThreshold = config.scoreThreshold } = options;
      const { tensor, placement } = toDetectorInput(raster, config.input);
      const outputs = await session.run({ [inputName]: tensor });
      const findings = readCandidates(outputs, config, scoreThreshold)
        .map((candidate): ModelFinding => {
          const mask =
            candidate.mask === undefined ? undefined : maskToImage(candidate.mask, placement);
          return {
            box: boxToImage(candidate.box, placement),
            score: Math.min(1, candidate.score),
            classIndex: candidate.classIndex,
            cellClass: cellClasses[candidate.classIndex]!,
            isUnsure: false,
            ...(mask === undefined ? {} : { mask }),
          };
        })
        // A box beside the picture, in the padding, has nothing left.
        .filter(({ box }) => boxArea(box) > 0);
      return suppressFindings(findings, { iouThreshold });
    },
    close: () => session.close(),
  };
}

function readCandidates(
  outputs: Readonly<Record<string, TensorData>>,
  { input, output, cellClasses }: DetectorConfig,
  scoreThreshold: number,
): Candidate[] {
  const count = cellClasses.length;
  switch (output.style) {
    case 'yolo':
      return readYolo(pickOutput(outputs, output.tensor), count, output, input, scoreThreshold);
    case 'ssd':
      return readSsd(outputs, count, output, input, scoreThreshold);
    case 'rcnn':
      return readRcnn(outputs, count, output, input, scoreThreshold);
  }
}

function onlyName(names: readonly string[]): string {
  if (names.length === 1) return names[0]!;
  throw new LeukoscopeError(
    'DETECTOR_INPUT',
    `input.name must be given for a model with several inputs: ${names.join(', ')}. Add it to the detector description.`,
  );
}

function maskToImage(mask: PlacedMask, placement: Placement): PlacedMask | undefined {
  const { scaleX, scaleY, left, top, image } = placement;
  // Each pixel of the image is read at its place in the input.
  return warpPlacedMask(mask, { toSource: [scaleX, 0, left, 0, scaleY, top] }, image);
}
