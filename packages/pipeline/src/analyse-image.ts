/**
 * @file One image, any size -> its cells: cut into tiles, find, merge at the seams, mark the border.
 *
 * Memory does not grow with the image: one strip of pixels and one tile are held at a time. A model may ask for
 * another look in smaller tiles, where cells came out too small for it.
 */
import {
  type Box,
  type CellClass,
  type Expectation,
  type Familiarity,
  type Finding,
  LeukoscopeError,
  type PlacedMask,
  type Raster,
  type RgbRaster,
  type Size,
  type TypeDepth,
} from '@leukoscope/core';
import type { ImageSource } from '@leukoscope/image';
import { isNucleated } from './is-nucleated.ts';
import { markIncomplete } from './mark-incomplete.ts';
import { measureFamiliarity } from './measure-familiarity.ts';
import type { LeukocyteModel, ModelFinding, Tiling } from './model/leukocyte-model.ts';
import { outlineNucleus } from './nucleus/outline-nucleus.ts';
import { type OpenImage, type OpenImageOptions, openImage } from './source/open-image.ts';
import { mergeTiles, type TileFindings } from './tiles/merge-tiles.ts';
import { tileGrid } from './tiles/tile-grid.ts';
import { classesFor, stageFinding } from './stage-finding.ts';
import { priorOf, typeFinding } from './type-finding.ts';

/** Options of `analyseImage`. */
export interface AnalyseImageOptions extends OpenImageOptions {
  /** Leave out findings below this score. @default the model's own */
  readonly scoreThreshold?: number | undefined;
  /** Side of tiles in pixels; their overlap stays the model's. @default the model's, smaller where cells are small */
  readonly tileSide?: number | undefined;
  /** How fine types will be told: they are chosen, and doubted, among the rows of such a table. @default 'fine' */
  readonly depth?: TypeDepth | undefined;
  /** What the specimen is expected to hold; the model must have a prior for it. @default nothing is expected */
  readonly expectation?: Expectation | undefined;
  /** Called after every tile. */
  readonly onProgress?: ((progress: TileProgress) => void) | undefined;
  /** Stops between tiles; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How far one image is; another look in smaller tiles adds its tiles. */
export interface TileProgress {
  readonly tilesDone: number;
  readonly tiles: number;
}

/** What was found in one image. */
export interface ImageFindings {
  readonly size: Size;
  readonly findings: readonly Finding[];
  /** In the order of `classIndex` and `probabilities`: the model's, and the stages that the specimen asks for. */
  readonly classes: readonly CellClass[];
  /** How many tiles the image was cut into, in the look that counts. */
  readonly tiles: number;
  /** How like training cells the cells are; absent where the model cannot tell. */
  readonly familiarity?: Familiarity;
}

/** Find the cells of an image file, its bytes, or a raster. */
export async function analyseImage(
  source: ImageSource | Raster,
  model: LeukocyteModel,
  options: AnalyseImageOptions = {},
): Promise<ImageFindings> {
  options.signal?.throwIfAborted();
  return analyseOpenImage(await openImage(source, options), model, options);
}

/** Find the cells of an image that is already open. */
export async function analyseOpenImage(
  image: OpenImage,
  model: LeukocyteModel,
  options: AnalyseImageOptions = {},
): Promise<ImageFindings> {
  const { tileSide, depth = 'fine', expectation } = options;
  const prior = priorOf(model.facts, expectation);
  const { size } = image;
  let tiling = withSide(model.tiling, tileSide);
  let looked = await lookInTiles(image, model, tiling, { ...options, tilesBefore: 0 });
  // A side that the caller chose is the caller's.
  while (tileSide === undefined) {
    const shownSide = Math.min(tiling.side, Math.max(size.width, size.height));
    const finer = model.finerTiling?.(looked.findings, shownSide);
    // Every look must be closer than the one before, or this would not end.
    if (finer === undefined || finer.side >= shownSide) break;
    tiling = finer;
    looked = await lookInTiles(image, model, tiling, { ...options, tilesBefore: looked.tilesDone });
  }
  const findings = looked.findings.map((finding) =>
    withoutCutNucleus(
      stageFinding(typeFinding(finding, model.facts, { depth, prior }), model.facts, {
        depth,
        expectation,
      }),
    ),
  );
  const familiarity = measureFamiliarity(looked.findings, model.facts);
  return {
    size,
    findings,
    classes: classesFor(model.facts, { depth, expectation }),
    tiles: looked.tiles,
    ...(familiarity === undefined ? {} : { familiarity }),
  };
}

async function lookInTiles(
  image: OpenImage,
  model: LeukocyteModel,
  tiling: Tiling,
  options: AnalyseImageOptions & { readonly tilesBefore: number },
) {
  const { scoreThreshold, expectation, onProgress, signal, tilesBefore } = options;
  const { size } = image;
  const tiles = tileGrid(size, tiling);
  const found: TileFindings[] = [];
  for (const tile of tiles) {
    signal?.throwIfAborted();
    const raster = await image.read(tile);
    const inTile = await model.analyse(raster, { scoreThreshold, expectation });
    const findings = inTile.map((finding) => moveFinding(withNucleus(finding, raster), tile));
    found.push({ tile, findings });
    onProgress?.({ tilesDone: tilesBefore + found.length, tiles: tilesBefore + tiles.length });
  }
  signal?.throwIfAborted();
  const findings = markIncomplete(mergeTiles(found, size), size);
  return { findings, tiles: tiles.length, tilesDone: tilesBefore + tiles.length };
}

/** While the tile's pixels are there. */
function withNucleus(finding: ModelFinding, raster: RgbRaster): ModelFinding {
  const { mask, cellClass } = finding;
  const nucleus =
    mask === undefined || !isNucleated(cellClass) ? undefined : outlineNucleus(raster, mask);
  return nucleus === undefined ? finding : { ...finding, nucleus };
}

/** Of a cell that the border cuts nobody knows how large its nucleus is, or how many lobes it has. */
function withoutCutNucleus(finding: Finding): Finding {
  if (!finding.isIncomplete) return finding;
  const { nucleus: _, ...rest } = finding;
  return rest;
}

function moveFinding(finding: ModelFinding, { x1, y1 }: Box): ModelFinding {
  const { box, mask, nucleus } = finding;
  const moved = (placed: PlacedMask) => ({
    ...placed,
    left: placed.left + x1,
    top: placed.top + y1,
  });
  return {
    ...finding,
    box: { x1: box.x1 + x1, y1: box.y1 + y1, x2: box.x2 + x1, y2: box.y2 + y1 },
    ...(mask === undefined ? {} : { mask: moved(mask) }),
    ...(nucleus === undefined ? {} : { nucleus: { ...nucleus, mask: moved(nucleus.mask) } }),
  };
}

function withSide(tiling: Tiling, side: number | undefined): Tiling {
  if (side === undefined) return tiling;
  const smallest = tiling.overlap + (tiling.alignment ?? 1);
  if (Number.isInteger(side) && side >= smallest) return { ...tiling, side };
  throw new LeukoscopeError(
    'TILE_SIZE',
    `tile side must be a whole number of at least ${smallest} pixels for this model. Received ${side}.`,
  );
}
