/** @file Synthetic cells as crops for the refiner: exact outlines, and kinds that no set has. */
import { type CellClass, createRandom } from '@leukoscope/core';
import { type SmearLookName, smearLooks, synthesiseCell } from '@leukoscope/datasets';
import { balanceField } from '@leukoscope/image';
import { cutCellCrop } from './cell-crop.ts';
import type { LabelledCrop } from './refiner-crops.ts';

/** Kinds to draw; smudges and artefacts come from here alone. */
const kinds = [
  'segmented-neutrophil',
  'band-neutrophil',
  'metamyelocyte',
  'myelocyte',
  'promyelocyte',
  'blast',
  'basophil',
  'eosinophil',
  'lymphocyte',
  'monocyte',
  'erythroblast',
  'smudge-cell',
  'artefact',
  'giant-platelet',
] as const satisfies readonly CellClass[];

/** Draw `count` synthetic crops, the kinds and looks in turn. */
export function synthesiseCrops(count: number, seed: number): LabelledCrop[] {
  const looks = Object.keys(smearLooks).filter((name): name is SmearLookName => name in smearLooks);
  const random = createRandom(seed).fork('synthetic');
  return Array.from({ length: count }, (_, i) => {
    const kind = kinds[i % kinds.length]!;
    const { raster, annotations } = synthesiseCell(kind, {
      seed: random.fork(i).integer(0, 2 ** 31),
      side: 288,
      microns: 30,
      look: looks[Math.floor(i / kinds.length) % looks.length]!,
    });
    // The wanted cell is the first; red cells and platelets around it follow.
    const cell = annotations.find(({ cellClass }) => cellClass === kind)!;
    const crop = cutCellCrop(balanceField(raster), cell.box!, cell.mask);
    const group = `synthetic/${kind}`;
    return { ...crop, knowledge: kind, group, side: 'train', image: `synthetic/${i}` };
  });
}
