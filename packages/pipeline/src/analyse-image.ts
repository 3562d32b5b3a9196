/**
 * @file One image, any size -> its cells: cut into tiles, find, merge at the seams, mark the border.
 *
 * Memory does not grow with the image: one strip of pixels and one tile are held at a time.
 */
import { type Finding, LeukoscopeError, type Raster, type Size } from '@leukoscope/core';
import type { ImageSource } from '@leukoscope/image';
import { markIncomplete } from './mark-incomplete.ts';
import type { LeukocyteModel, Tiling } from './model/leukocyte-model.ts';
import { type OpenImage, type OpenImageOptions, openImage } from './source/open-image.ts';
import { mergeTiles, type TileFindings } from './tiles/merge-tiles.ts';
import { tileGrid } from './tiles/tile-grid.ts';

/** Options of `analyseImage`. */
export interface AnalyseImageOptions extends OpenImageOptions {
  /** Leave out findings below this score. @default the model's own */
  readonly scoreThreshold?: number | undefined;
  /** Side of tiles in pixels; their overlap stays the model's. @default the model's */
  readonly tileSide?: number | undefined;
  /** Called after every tile. */
  readonly onProgress?: ((progress: TileProgress) => void) | undefined;
  /** Stops between tiles; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How far one image is. */
export interface TileProgress {
  readonly tilesDone: number;
  readonly tiles: number;
}

/** What was found in one image. */
export interface ImageFindings {
  readonly size: Size;
  readonly findings: readonly Finding[];
  /** How many tiles the image was cut into. */
  readonly tiles: number;
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
  const { scoreThreshold, tileSide, onProgress, signal } = options;
  const { size } = image;
  const tiles = tileGrid(size, withSide(model.tiling, tileSide));
  const found: TileFindings[] = [];
  for (const tile of tiles) {
    signal?.throwIfAborted();
    const inTile = await model.analyse(await image.read(tile), { scoreThreshold });
    found.push({
      tile,
      findings: inTile.map((finding) => ({
        ...finding,
        box: {
          x1: finding.box.x1 + tile.x1,
          y1: finding.box.y1 + tile.y1,
          x2: finding.box.x2 + tile.x1,
          y2: finding.box.y2 + tile.y1,
        },
        ...(finding.mask === undefined
          ? {}
          : {
              mask: {
                ...finding.mask,
                left: finding.mask.left + tile.x1,
                top: finding.mask.top + tile.y1,
              },
            }),
      })),
    });
    onProgress?.({ tilesDone: found.length, tiles: tiles.length });
  }
  signal?.throwIfAborted();
  const findings = markIncomplete(mergeTiles(found, size), size);
  return { size, findings, tiles: tiles.length };
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
