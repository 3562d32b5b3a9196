/**
 * @file Whole synthetic fields of a stained smear, every pixel drawn here, with exact ground truth.
 *
 * Order of work: choose the cells, lay them out, paint concentrations of stain, photograph. Masks are
 * those of the visible part of each cell (what lies under another cell or outside the field is cut),
 * boxes are the tight boxes of these masks. The same options give the same bytes.
 */
import {
  type CellClass,
  checkSize,
  createRandom,
  LeukoscopeError,
  type Random,
  type RgbRaster,
  type Sample,
  type Size,
} from '@leukoscope/core';
import { checkBetween, checkCount, checkPositive } from './check-options.ts';
import {
  type ConcentrationMap,
  type ConcentrationPatch,
  createConcentrationMap,
  layPatchInPlace,
  maskOfPatch,
} from './concentration.ts';
import { freest, inside, layOutCells, layOutErythrocytes, type Place } from './layout.ts';
import { type SmearLook, type SmearLookName, smearLooks } from './looks.ts';
import { photograph } from './optics.ts';
import { type Claim, type SyntheticCell, OwnerMap } from './owner-map.ts';
import { artefactKinds, paintArtefact } from './paint-artefact.ts';
import { drawKind, paintCell } from './paint-cell.ts';
import {
  drawErythrocyte,
  maskOfErythrocyte,
  paintErythrocyteInPlace,
} from './paint-erythrocyte.ts';
import { paintPlatelet } from './paint-platelet.ts';
import { stainAtPh } from './stain.ts';
import { fractalNoise } from './smooth-noise.ts';

/** What a synthetic field shows. */
export interface SyntheticFieldOptions {
  readonly seed: number;
  /** @default 640 x 480 */
  readonly size?: Size;
  /** Nucleated cells, giant platelets, smudges and artefacts to show, one entry each. @default one to three leukocytes of a normal differential */
  readonly cells?: readonly CellClass[];
  /** @default 'scanner' */
  readonly look?: SmearLookName | SmearLook;
  /** @default that of the look */
  readonly pixelsPerMicron?: number;
  /** @default that of the look, a little varied */
  readonly pH?: number;
  /** Strength of the stain. @default that of the look, a little varied */
  readonly strength?: number;
  /** Share of the free glass that red cells would cover side by side, 0 to 1.5. @default drawn in the look's range */
  readonly density?: number;
  /** How much thinner one side is than the other, 0..1. @default 0.2 */
  readonly slope?: number;
  /** Small platelets. @default the look's share of the red cells */
  readonly platelets?: number;
  /** Probability that a cell overlaps another. @default 0 */
  readonly overlap?: number;
  /** Put the first cell into the middle. @default false */
  readonly centred?: boolean;
  /** Probability that the border cuts a cell. @default 0 */
  readonly cutOff?: number;
  /** Unlabelled precipitate, clots, dust and streaks. @default 0 */
  readonly debris?: number;
  /** 'cells': what `cells` lists; 'all': platelets, erythrocytes and debris as well. @default 'cells' */
  readonly annotate?: 'cells' | 'all';
}

/** A synthetic example; `cells[i]` belongs to `annotations[i]`. */
export interface SyntheticSample extends Sample {
  readonly raster: RgbRaster;
  readonly cells: readonly SyntheticCell[];
  readonly pixelsPerMicron: number;
}

/** Synthesise one field. */
export function synthesiseField(options: SyntheticFieldOptions): SyntheticSample {
  const { seed, size = { width: 640, height: 480 }, overlap = 0, cutOff = 0 } = options;
  checkSize(size);
  checkOptions(options);
  const random = createRandom(seed).fork('field');
  const look = resolveLook(options.look ?? 'scanner');
  const { pixelsPerMicron = look.pixelsPerMicron } = options;
  const wanted = options.cells ?? drawNormalCells(random.fork('cells'));
  const painted = wanted.map((cellClass, i) => {
    const own = random.fork(`cell ${i}`);
    const kind = drawKind(cellClass, own.fork('kind'));
    // Painted once to know its size, and moved to its place by whole pixels afterwards.
    return { cellClass, kind, patch: paintCell(kind, { x: 0, y: 0, pixelsPerMicron }, own) };
  });
  const radii = painted.map(({ patch }) => patch.width / 2 - 0.6 * pixelsPerMicron);
  const { centred = false } = options;
  const places = layOutCells(radii, size, { overlap, cutOff, centred }, random.fork('layout'));
  return compose(options, look, pixelsPerMicron, painted, places, random);
}

function checkOptions(options: SyntheticFieldOptions): void {
  checkPositive('pixelsPerMicron', options.pixelsPerMicron);
  checkPositive('strength', options.strength);
  checkBetween('pH', options.pH, 4, 10);
  checkBetween('density', options.density, 0, 1.5);
  checkBetween('slope', options.slope, 0, 1);
  checkBetween('overlap', options.overlap, 0, 1);
  checkBetween('cutOff', options.cutOff, 0, 1);
  checkCount('platelets', options.platelets);
  checkCount('debris', options.debris);
}

type PaintedCell = {
  readonly cellClass: CellClass;
  readonly kind: CellClass;
  readonly patch: ConcentrationPatch;
};

function compose(
  options: SyntheticFieldOptions,
  look: SmearLook,
  pixelsPerMicron: number,
  painted: readonly PaintedCell[],
  places: readonly Place[],
  random: Random,
): SyntheticSample {
  const {
    size = { width: 640, height: 480 },
    annotate = 'cells',
    slope = 0.2,
    debris = 0,
  } = options;
  const map = createConcentrationMap(size);
  const owners = new OwnerMap(size);
  const all = annotate === 'all';

  const reds = random.fork('erythrocytes');
  const { density = reds.uniform(...look.density) } = options;
  const radius = (look.erythrocytes.diameter[0] / 2) * pixelsPerMicron;
  const redPlaces = layOutErythrocytes(size, radius, density, slope, places, reds.fork('layout'));
  redPlaces.forEach((place, i) => {
    const cell = drawErythrocyte(
      look.erythrocytes,
      place.x,
      place.y,
      pixelsPerMicron,
      reds.fork(i),
    );
    paintErythrocyteInPlace(map, cell);
    if (all) {
      const annotation = { cellClass: 'erythrocyte' } as const;
      owners.claim({ annotation, kind: 'erythrocyte', mask: maskOfErythrocyte(cell) });
    }
  });

  const small = random.fork('platelets');
  const { platelets = poisson(look.platelets * redPlaces.length, small) } = options;
  const taken: Place[] = [...places, ...redPlaces];
  for (let i = 0; i < platelets; i++) {
    const own = small.fork(i);
    const diameter = own.uniform(1.8, 3.6);
    const at = freest(() => inside((diameter / 2) * pixelsPerMicron, size, own), taken, 12);
    taken.push(at);
    const patch = paintPlatelet(diameter, { ...at, pixelsPerMicron }, own);
    layPatchInPlace(map, patch, 0.5);
    if (all) owners.claim(claimOf(patch, 'platelet', 'platelet'));
  }

  painted.forEach(({ cellClass, kind, patch }, i) => {
    const { x, y } = places[i]!;
    const moved = { ...patch, left: patch.left + Math.round(x), top: patch.top + Math.round(y) };
    layPatchInPlace(map, moved, 0.88);
    owners.claim(claimOf(moved, cellClass, kind));
  });

  const dirt = random.fork('debris');
  for (let i = 0; i < debris; i++) {
    const own = dirt.fork(i);
    const at = { x: own.uniform(0, size.width), y: own.uniform(0, size.height), pixelsPerMicron };
    const patch = paintArtefact(at, own, own.pick(artefactKinds));
    layPatchInPlace(map, patch, 0);
    if (all) owners.claim(claimOf(patch, 'artefact', 'artefact'));
  }

  addFilmInPlace(map, look.film, pixelsPerMicron, random.fork('film'));
  const camera = random.fork('camera');
  const { variation } = look;
  const brightness = camera.normal(1, variation.light);
  const light = look.light.map((value) =>
    Math.min(255, value * brightness * camera.normal(1, variation.light / 2)),
  ) as [number, number, number];
  const strengthDrawn = look.strength * Math.exp(camera.normal(0, variation.strength));
  const phDrawn = camera.normal(look.pH, variation.pH);
  const colours = stainAtPh(look.stains, options.pH ?? phDrawn, options.strength ?? strengthDrawn);
  const raster = photograph(map, colours, look, pixelsPerMicron, light, camera);
  const { annotations, objects } = owners.read();
  return { raster, annotations, cells: objects, pixelsPerMicron };
}

function claimOf(patch: ConcentrationPatch, cellClass: CellClass, kind: CellClass): Claim {
  const claim = { annotation: { cellClass }, kind, mask: maskOfPatch(patch) };
  const nucleusMask = maskOfPatch(patch, 'nucleusCover');
  return nucleusMask.mask.data.includes(1) ? { ...claim, nucleusMask } : claim;
}

function resolveLook(look: SmearLookName | SmearLook): SmearLook {
  if (typeof look !== 'string') return look;
  if (Object.hasOwn(smearLooks, look)) return smearLooks[look];
  throw new LeukoscopeError(
    'SYNTHESIS_LOOK',
    `look must be one of ${Object.keys(smearLooks).join(', ')}, or a SmearLook. Received ${look}.`,
  );
}

function drawNormalCells(random: Random): CellClass[] {
  return Array.from({ length: random.integer(1, 4) }, () => drawKind('leukocyte', random));
}

function addFilmInPlace(
  map: ConcentrationMap,
  film: number,
  pixelsPerMicron: number,
  random: Random,
): void {
  if (film === 0) return;
  const step = 0.12 / pixelsPerMicron;
  const shift = random.uniform(0, 256);
  let n = 0;
  for (let y = 0, i = 0; y < map.height; y++) {
    for (let x = 0; x < map.width; x++, i++) {
      // The film waves over many micrometres: every fourth pixel is often enough.
      if ((x & 3) === 0) n = film * (1 + 0.8 * fractalNoise(x * step + shift, y * step));
      map.eosin[i] = map.eosin[i]! + n;
      map.azure[i] = map.azure[i]! + n;
    }
  }
}

/** Draw a count with the given mean (Knuth; means here are below a few hundred). */
function poisson(mean: number, random: Random): number {
  if (mean > 60) return Math.max(0, Math.round(random.normal(mean, Math.sqrt(mean))));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count++;
  return count;
}
