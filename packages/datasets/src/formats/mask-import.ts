/**
 * @file Folders of images with mask images of the same names -> data set.
 *
 * `binary`: one value beside 0, one annotation an image. `instances`: each value is a cell.
 * `class-map`: each value is a class, all of it one annotation. `trimap`: cytoplasm and nucleus of one
 * cell (128 and 255 in the sets of Zheng et al. 2018). Classes come from a table by image, from the
 * values, or from one name for all.
 */
import {
  LeukoscopeError,
  mergeRles,
  type Raster,
  type Rle,
  rleArea,
  rleBox,
  type Size,
} from '@leukoscope/core';
import type { AnnotationRecord, ImportResult, StoredMask } from '../dataset.ts';
import type { Folder } from '../folder.ts';
import { createDatasetBuilder, type DatasetBuilder, type Place } from './dataset-builder.ts';
import type { ImportOptions } from './import-options.ts';
import { imageSizeIn, isImageFile, splitOfPath, stemOf } from './locate-image.ts';
import { readTables } from './tables.ts';
import { masksByValue } from './value-masks.ts';

/** Decodes an image file; `decodeImage` of @leukoscope/image is one. */
export type DecodeImage = (bytes: Uint8Array) => Promise<Raster>;

/** How to read masks. */
export interface MaskOptions extends ImportOptions {
  readonly decodeImage: DecodeImage;
  readonly kind: 'binary' | 'instances' | 'class-map' | 'trimap';
  /** Which files are masks. @default PNG files in a folder named `masks`, `mask`, `labels` or `annotations` */
  readonly isMask?: (file: string) => boolean;
  /** The class of all masks, or of a mask by its image's path. @default 'cell' */
  readonly className?: string | ((image: string) => string | undefined);
  /** Class names by pixel value, for class maps. @default the values themselves */
  readonly classNames?: Readonly<Record<number, string>>;
  /** Values of a trimap. @default { cytoplasm: 128, nucleus: 255 } */
  readonly trimap?: { readonly cytoplasm: number; readonly nucleus: number };
}

// A brush or a lossy step leaves a few odd pixels (dataset2 has up to 30); more is no trimap.
const mostStray = 0.01;
const maskFolderPattern = /(^|\/)(masks?|labels?|annotations?)\/.*\.png$/i;

/** Read masks and the images they belong to. */
export async function importMasks(folder: Folder, options: MaskOptions): Promise<ImportResult> {
  const { name = folder.name, isMask = (file) => maskFolderPattern.test(file) } = options;
  const files = await folder.list();
  const builder = createDatasetBuilder(name, options);
  const tables = await readTables(folder, files, builder);
  const masks = new Map<string, string>();
  for (const file of files.filter((path) => isImageFile(path) && isMask(path))) {
    const other = masks.get(stemOf(file));
    if (other === undefined) masks.set(stemOf(file), file);
    else builder.fail({ file }, `mask's name must be unique. ${other} has it too.`);
  }
  for (const image of files.filter((path) => isImageFile(path) && !isMask(path))) {
    const mask = masks.get(stemOf(image));
    masks.delete(stemOf(image));
    const facts = tables.images.get(image) ?? {};
    const split = splitOfPath(image);
    const id = facts.id ?? image;
    await builder.attempt({ file: mask ?? image }, async () => {
      const size = facts.size ?? (await imageSizeIn(folder, image));
      const draft = { id, file: image, size, ...(split === undefined ? {} : { split }), ...facts };
      if (!builder.addImage(draft, { file: image })) return;
      if (mask === undefined) {
        builder.warn({ file: image }, 'image has no mask: taken as one without cells.');
        return;
      }
      const raster = await options.decodeImage(await folder.read(mask));
      addMask(raster, { id, image, mask }, builder, options);
    });
  }
  for (const file of masks.values())
    builder.fail({ file }, 'mask must belong to an image. Found none of that name.');
  return builder.finish();
}

interface Owner {
  readonly id: number | string;
  readonly image: string;
  readonly mask: string;
}

function addMask(
  raster: Raster,
  owner: Owner,
  builder: DatasetBuilder,
  options: MaskOptions,
): void {
  const place = { file: owner.mask };
  const masks = masksByValue(raster);
  if (masks === undefined) {
    builder.fail(
      place,
      'mask must hold few values, one for each cell or class. Received a picture.',
    );
    return;
  }
  if (masks.size === 0) {
    builder.warn(place, 'mask is empty: taken as an image without cells.');
    return;
  }
  if (options.kind === 'trimap') addTrimap(raster, masks, owner, builder, options);
  else if (options.kind === 'class-map') {
    for (const [value, rle] of masks) {
      add(rle, options.classNames?.[value] ?? String(value), owner.id, builder, place);
    }
  } else {
    const { className = 'cell' } = options;
    const name = typeof className === 'string' ? className : className(owner.image);
    if (options.kind === 'binary' && masks.size > 1) {
      builder.fail(
        place,
        `binary mask must hold one value beside 0. Received ${[...masks.keys()].slice(0, 5).join(', ')} (${masks.size} in all).`,
      );
      return;
    }
    for (const rle of masks.values()) add(rle, name, owner.id, builder, place);
  }
}

function addTrimap(
  raster: Size,
  masks: ReadonlyMap<number, Rle>,
  owner: Owner,
  builder: DatasetBuilder,
  options: MaskOptions,
): void {
  const { trimap = { cytoplasm: 128, nucleus: 255 }, className = 'cell' } = options;
  const place = { file: owner.mask };
  const { snapped, strayValues, strayPixels } = snapToTrimap(masks, trimap);
  if (strayPixels > mostStray * raster.width * raster.height) {
    builder.fail(
      place,
      `trimap must hold 0, ${trimap.cytoplasm} (cytoplasm) and ${trimap.nucleus} (nucleus). ` +
        `Received ${strayPixels} pixels of other values (${strayValues.slice(0, 5).join(', ')}).`,
    );
    return;
  }
  if (strayPixels > 0) {
    builder.warn(
      place,
      `trimap holds ${strayPixels} pixels of other values (${strayValues.slice(0, 5).join(', ')}), taken as the nearest.`,
    );
  }
  const name = typeof className === 'string' ? className : className(owner.image);
  if (snapped.size === 0) {
    builder.warn(place, 'mask is empty: taken as an image without cells.');
    return;
  }
  const nucleus = snapped.get(trimap.nucleus);
  add(mergeRles([...snapped.values()]), name, owner.id, builder, place, nucleus);
}

/** Join stray values with the nearest of background, cytoplasm and nucleus. */
function snapToTrimap(masks: ReadonlyMap<number, Rle>, trimap: NonNullable<MaskOptions['trimap']>) {
  const groups = new Map<number, Rle[]>();
  const strayValues: number[] = [];
  let strayPixels = 0;
  const targets = [0, trimap.cytoplasm, trimap.nucleus];
  for (const [value, rle] of masks) {
    const nearest = targets.reduce((a, b) => (Math.abs(b - value) < Math.abs(a - value) ? b : a));
    if (nearest !== value) {
      strayValues.push(value);
      strayPixels += rleArea(rle);
    }
    if (nearest !== 0) groups.set(nearest, [...(groups.get(nearest) ?? []), rle]);
  }
  const snapped = new Map([...groups].map(([value, rles]) => [value, mergeRles(rles)] as const));
  return { snapped, strayValues, strayPixels };
}

function add(
  rle: Rle,
  className: string | undefined,
  imageId: number | string,
  builder: DatasetBuilder,
  place: Place,
  nucleus?: Rle,
): void {
  const box = rleBox(rle);
  const classIndex = className === undefined ? undefined : builder.classNamed(className, place);
  if (className === undefined)
    builder.warn(place, 'no class is given for this cell; it is kept without one.');
  if (box === undefined)
    throw new LeukoscopeError('MASK_EMPTY', 'internal: a value without pixels.');
  const record: AnnotationRecord = {
    box,
    mask: stored(rle),
    area: rleArea(rle),
    ...(classIndex === undefined ? {} : { classIndex }),
    ...(nucleus === undefined ? {} : { nucleus: stored(nucleus) }),
  };
  builder.addAnnotation(imageId, record, place);
}

function stored(rle: Rle): StoredMask {
  return { kind: 'rle', rle };
}
