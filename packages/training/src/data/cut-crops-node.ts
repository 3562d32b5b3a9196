/**
 * @file Cuts the cells of fields out once, before training: a field need not be decoded anew for each of its
 * cells at each step. Written as PNG, which keeps every pixel.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Box, encodePlacedRle, hash32, type Size } from '@leukoscope/core';
import { type AnnotationRecord, storedMaskToPlaced } from '@leukoscope/datasets';
import {
  balanceField,
  cropRaster,
  decodeRgb,
  encodePng,
  translation,
  warpPlacedMask,
} from '@leukoscope/image';
import type { TrainingItem } from './list-items.ts';

/** Where pictures come from and where the cut-out ones go. */
export interface CutOptions {
  readonly roots: ReadonlyMap<string, string>;
  /** Folder of the run's data. */
  readonly home: string;
  /** 0..255 where a crop reaches outside of the picture. */
  readonly padding: number;
  /** Bring fields to one light before anything is cut out of them. */
  readonly light: 'balanced' | undefined;
  /** Boxes and masks go along. */
  readonly keepsOutlines: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Cut out what is to be cut; other items stay as they are. The crops of one picture stand together. */
export async function cutCrops(
  items: readonly TrainingItem[],
  { roots, home, padding, light, keepsOutlines, signal, onProgress }: CutOptions,
): Promise<TrainingItem[]> {
  const done: TrainingItem[] = [];
  let opened:
    | { readonly file: string; readonly raster: Awaited<ReturnType<typeof decodeRgb>> }
    | undefined;
  for (const [i, item] of items.entries()) {
    const { crop, ...rest } = item;
    if (crop === undefined) {
      done.push(item);
      continue;
    }
    signal?.throwIfAborted();
    const file = path.resolve(roots.get(item.set)!, item.image.file);
    if (opened?.file !== file) {
      const raster = await decodeRgb(await readFile(file));
      opened = { file, raster: light === 'balanced' ? balanceField(raster) : raster };
    }
    const cut = cropRaster(opened.raster, crop, { padding: [padding, padding, padding] });
    const place = `crops/${item.set}/${nameOf(item)}.png`;
    const target = path.join(home, ...place.split('/'));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, await encodePng(cut));
    const annotations = item.image.annotations.map((record) => ({
      ...(record.classIndex === undefined ? {} : { classIndex: record.classIndex }),
      ...(record.weight === undefined ? {} : { weight: record.weight }),
      ...(keepsOutlines ? outlineIn(crop, record, opened!.raster) : {}),
    }));
    const size = { width: cut.width, height: cut.height };
    const { slide, patient } = rest.image;
    const from = {
      ...(slide === undefined ? {} : { slide }),
      ...(patient === undefined ? {} : { patient }),
    };
    done.push({
      ...rest,
      image: { id: place, file: place, size, annotations, ...from },
      isCut: true,
      cutFrom: rest.image.file,
    });
    onProgress?.(i + 1, items.length);
  }
  return done;
}

/** Box and mask in pixels of a crop. */
function outlineIn(crop: Box, { box, mask }: AnnotationRecord, field: Size) {
  const placed = mask && storedMaskToPlaced(mask, field);
  const [left, top] = [crop.x1, crop.y1];
  const moved = box && { x1: box.x1 - left, y1: box.y1 - top, x2: box.x2 - left, y2: box.y2 - top };
  if (placed === undefined) return moved === undefined ? {} : { box: moved };
  const size = { width: crop.x2 - left, height: crop.y2 - top };
  const inside = warpPlacedMask(placed, { toSource: translation(left, top) }, size);
  return {
    ...(moved === undefined ? {} : { box: moved }),
    ...(inside === undefined
      ? {}
      : { mask: { kind: 'rle' as const, rle: encodePlacedRle(inside, size) } }),
  };
}

/** The picture's name with the place of the crop: nobody must guess which cell it is. */
function nameOf({ image, crop }: TrainingItem): string {
  const stem = path.basename(image.file).replace(/\.[^.]+$/, '');
  const where = crop === undefined ? '' : `-${crop.x1}-${crop.y1}`;
  // Pictures of one name may lie in several folders.
  return `${stem}${where}-${hash32(image.file).toString(16)}`;
}
