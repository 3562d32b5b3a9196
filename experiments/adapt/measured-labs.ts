/** @file What the measurements of adaptation share: the layer that ships, its stored cells, and draws of cells by slide. */
import { readFileSync } from 'node:fs';
import { createRandom, type Random } from '@leukoscope/core';
import { readTypeHead, refinerClasses } from '@leukoscope/models';
import { decodeOnnxModel } from '@leukoscope/nn';
import { openRuntime } from '@leukoscope/nn/runtime';
import { answerOf, decodeFeatureMemory, isRight, type ParentModel } from '@leukoscope/training';
import { type GatheredCell, readCells } from './gathered-cells.ts';

const weights = new URL('../../weights/', import.meta.url);
const bytesOf = (file: string) => new Uint8Array(readFileSync(new URL(file, weights)));

/** The model that learns. */
export const parent: ParentModel = {
  classes: refinerClasses,
  head: readTypeHead(decodeOnnxModel(bytesOf('compact-refiner-int8.onnx'))),
  temperature: JSON.parse(new TextDecoder().decode(bytesOf('leukoscope-compact.json'))).calibration
    .temperature,
};

/** Works the fits out; one core, so that processor time is comparable. */
export const runtime = openRuntime({ host: 'inline', threads: 1 });

/** Its stored cells. */
export const stored = decodeFeatureMemory(bytesOf('compact-memory.safetensors'));

/** Cells of the parent's own laboratories that neither trained it nor are stored: BCISC's slides 7, and more of PBC. */
export function keptCells(folder: string): GatheredCell[] {
  return ['bcisc', 'pbc-more'].flatMap((name) =>
    readCells(folder, name).filter(({ purpose }) => purpose === 'kept'),
  );
}

/** Cells to learn from and cells of other slides to measure with. */
export interface Sides {
  readonly pool: readonly GatheredCell[];
  readonly test: readonly GatheredCell[];
}

/** About half of the slides; Raabin's basophils come from two slides, of which each side has one. */
export function drawSides(cells: readonly GatheredCell[], random: Random): Sides {
  const slides = random.shuffle([...new Set(cells.map(({ group }) => group))]);
  if (slides.length === cells.length) return halves(cells, random);
  const holds = (slide: string, label: string) =>
    cells.some((cell) => cell.group === slide && cell.label === label);
  const basophils = slides.filter((slide) => holds(slide, 'basophil'));
  const chosen = new Set(basophils.slice(0, 1));
  const count = () => cells.filter(({ group }) => chosen.has(group)).length;
  for (const slide of slides) {
    if (count() >= cells.length / 2) break;
    if (!basophils.includes(slide)) chosen.add(slide);
  }
  return {
    pool: cells.filter(({ group }) => !chosen.has(group)),
    test: cells.filter(({ group }) => chosen.has(group)),
  };
}

/** Where every cell is a slide of its own: half of each type. */
function halves(cells: readonly GatheredCell[], random: Random): Sides {
  const test = new Set<GatheredCell>();
  for (const label of new Set(cells.map((cell) => cell.label))) {
    const own = random.shuffle(cells.filter((cell) => cell.label === label));
    for (const cell of own.slice(0, Math.floor(own.length / 2))) test.add(cell);
  }
  return { pool: cells.filter((cell) => !test.has(cell)), test: [...test] };
}

/** At most so many of each type. */
export function drawEach(
  cells: readonly GatheredCell[],
  each: number,
  random: Random,
): GatheredCell[] {
  const labels = [...new Set(cells.map(({ label }) => label))].sort();
  return labels.flatMap((label) =>
    random.shuffle(cells.filter((cell) => cell.label === label)).slice(0, each),
  );
}

/** Share of cells that a layer, or without one the parent as it ships, names rightly. */
export function shareRight(
  cells: readonly GatheredCell[],
  head: ParentModel['head'] | undefined,
  label: (cell: GatheredCell) => GatheredCell['label'] = (cell) => cell.label,
): number {
  const right = cells.filter((cell) =>
    isRight(
      head === undefined ? cell.probabilities : answerOf(cell.views, head, parent.temperature),
      refinerClasses,
      label(cell),
    ),
  );
  return right.length / cells.length;
}

/** The random numbers of a draw. */
export function randomOf(name: string, draw: number): Random {
  return createRandom(16).fork(name).fork(draw);
}
