/**
 * @file Cuts the cells of fields out once, before training: a field need not be decoded anew for each of its
 * cells at each step. Written as PNG, which keeps every pixel.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hash32 } from '@leukoscope/core';
import { cropRaster, decodeRgb, encodePng } from '@leukoscope/image';
import type { TrainingItem } from './list-items.ts';

/** Where pictures come from and where the cut-out ones go. */
export interface CutOptions {
  readonly roots: ReadonlyMap<string, string>;
  /** Folder of the run's data. */
  readonly home: string;
  /** 0..255 where a crop reaches outside of the picture. */
  readonly padding: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Cut out what is to be cut; other items stay as they are. The crops of one picture stand together. */
export async function cutCrops(
  items: readonly TrainingItem[],
  { roots, home, padding, signal, onProgress }: CutOptions,
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
    if (opened?.file !== file) opened = { file, raster: await decodeRgb(await readFile(file)) };
    const cut = cropRaster(opened.raster, crop, { padding: [padding, padding, padding] });
    const place = `crops/${item.set}/${nameOf(item)}.png`;
    const target = path.join(home, ...place.split('/'));
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, await encodePng(cut));
    const annotations = item.image.annotations.map(({ classIndex }) =>
      classIndex === undefined ? {} : { classIndex },
    );
    const size = { width: cut.width, height: cut.height };
    done.push({ ...rest, image: { id: place, file: place, size, annotations }, isCut: true });
    onProgress?.(i + 1, items.length);
  }
  return done;
}

/** The picture's name with the place of the crop: nobody must guess which cell it is. */
function nameOf({ image, crop }: TrainingItem): string {
  const stem = path.basename(image.file).replace(/\.[^.]+$/, '');
  const where = crop === undefined ? '' : `-${crop.x1}-${crop.y1}`;
  // Pictures of one name may lie in several folders.
  return `${stem}${where}-${hash32(image.file).toString(16)}`;
}
