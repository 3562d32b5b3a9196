/** @file Single synthetic cells in the middle of a small picture, for classifiers. */
import type { CellClass } from '@leukoscope/core';
import type { SmearLook, SmearLookName } from './looks.ts';
import { type SyntheticSample, synthesiseField } from './synthesise-field.ts';

/** What a picture of a single cell shows. */
export interface SyntheticCellOptions {
  readonly seed: number;
  /** Side of the square picture in pixels. @default 96 */
  readonly side?: number;
  /** @default 'scanner' */
  readonly look?: SmearLookName | SmearLook;
  /** Width of the picture in micrometres; the largest cells are 21 wide. @default 24 */
  readonly microns?: number;
  /** Share of the glass that red cells cover. @default drawn in the look's range */
  readonly density?: number;
  /** @default that of the look, a little varied */
  readonly pH?: number;
  /** Strength of the stain. @default that of the look, a little varied */
  readonly strength?: number;
}

/** Synthesise one cell, centred, among red cells. */
export function synthesiseCell(
  cellClass: CellClass,
  options: SyntheticCellOptions,
): SyntheticSample {
  const { side = 96, microns = 24, ...rest } = options;
  return synthesiseField({
    ...rest,
    size: { width: side, height: side },
    cells: [cellClass],
    pixelsPerMicron: side / microns,
    centred: true,
  });
}
