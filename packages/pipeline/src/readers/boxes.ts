/**
 * @file Networks that give final boxes, with masks where they have some -> a model. One reader serves every
 * detector that is exported here: decoding and suppression are in the graph.
 *
 * D = most detections, K = classes, S = side of a mask (models/src/family/exported-outputs.ts).
 */
import { boxArea } from '@leukoscope/core';
import { thresholdGrid, unplaceBox, boxToImage } from '@leukoscope/image';
import { exportedOutputs, prepareImage } from '@leukoscope/models';
import { z } from 'zod';
import { suppressFindings } from '../merge/suppress-findings.ts';
import type { LeukocyteModel, ModelFinding } from '../model/leukocyte-model.ts';
import { numbersOf } from './output-shape.ts';
import { factsOf, openExportedNetwork, parseSettings, type Reader, tilingOf } from './reader.ts';
import { typeCell } from './type-cell.ts';

const share = z.number().min(0).max(1);

const settingsSchema = z.strictObject({
  /**
   * A network suppresses within each type; two boxes of any types that overlap by more than this are one
   * cell, of the type with the higher score. 1 keeps both.
   */
  iouThreshold: share.default(0.6),
  /** A pixel belongs to the cell where its probability is above this. */
  maskThreshold: share.default(0.5),
});

/** Make a model of a network with boxes. */
export const readBoxes: Reader = async (parts): Promise<LeukocyteModel> => {
  const { description } = parts;
  const { iouThreshold, maskThreshold } = parseSettings(settingsSchema, parts);
  const session = await openExportedNetwork(parts, exportedOutputs.boxes);
  const K = description.classes.length;
  return {
    facts: factsOf(parts),
    tiling: tilingOf(parts),
    async analyse(raster, options = {}) {
      const { scoreThreshold = description.calibration.scoreThreshold } = options;
      const { tensor, placement } = prepareImage(raster, description.input);
      const outputs = await session.run({ image: tensor });
      const boxes = numbersOf(outputs, 'boxes', [1, -1, 4]);
      const D = boxes.shape[1]!;
      const scores = numbersOf(outputs, 'scores', [1, D]).data;
      const classIndices = numbersOf(outputs, 'class_index', [1, D]).data;
      const probabilities = numbersOf(outputs, 'probabilities', [1, D, K]).data;
      const masks =
        outputs['masks'] === undefined ? undefined : numbersOf(outputs, 'masks', [1, D, -1, -1]);
      /** Where a finding's box lay before the image's border cut it. */
      const rows = new Map<ModelFinding, number>();
      const boxAt = (row: number) => {
        const [x1, y1, x2, y2] = [0, 1, 2, 3].map((side) => boxes.data[row * 4 + side]!);
        return { x1: x1!, y1: y1!, x2: x2!, y2: y2! };
      };
      for (let row = 0; row < D; row++) {
        const score = scores[row]!;
        // Rows that hold nothing have score 0.
        if (!(score >= scoreThreshold) || score === 0) continue;
        const box = boxToImage(boxAt(row), placement);
        // A box beside the picture, in the padding, has nothing left.
        if (boxArea(box) === 0) continue;
        const own = Array.from({ length: K }, (_, k) => probabilities[row * K + k]!);
        const type = typeCell(own, description, classIndices[row]!);
        rows.set({ box, score: Math.min(1, score), ...type }, row);
      }
      const kept = suppressFindings([...rows.keys()], { iouThreshold });
      if (masks === undefined) return kept;
      const [, , height, width] = masks.shape as [number, number, number, number];
      return kept.map((finding) => {
        const row = rows.get(finding)!;
        const grid = { width, height, data: masks.data, offset: row * width * height };
        const area = unplaceBox(boxAt(row), placement);
        const mask = thresholdGrid(grid, area, placement.image, maskThreshold);
        return mask === undefined ? finding : { ...finding, mask };
      });
    },
    close: () => session.close(),
  };
};
