/**
 * @file Records of a data set -> samples with pixels, and back. Annotations carry the record they come
 * from, so that what a step does not change (class names, polygons, nuclei, ids) is written as it was.
 */
import {
  type Annotation,
  type CellClass,
  cellClasses,
  encodePlacedRle,
  LeukoscopeError,
  type RgbRaster,
  type Size,
} from '@leukoscope/core';
import {
  type AnnotationRecord,
  type Dataset,
  type DatasetClass,
  type Folder,
  type ImageRecord,
  toAnnotations,
} from '@leukoscope/datasets';
import { decodeRgb, readImageHeader } from '@leukoscope/image';

/** An annotation that knows where it comes from. */
export interface SourcedAnnotation extends Annotation {
  readonly source?: { readonly record: AnnotationRecord; readonly original: Annotation };
}

/** One image with its cells. */
export interface SourcedSample {
  readonly raster: RgbRaster;
  readonly annotations: readonly SourcedAnnotation[];
}

/** Decode an image and draw its masks. */
export async function loadSample(
  folder: Folder,
  dataset: Dataset,
  image: ImageRecord,
  maxMegapixels: number,
): Promise<SourcedSample> {
  const raster = await loadRaster(folder, image, maxMegapixels);
  const size = { width: raster.width, height: raster.height };
  const annotations = toAnnotations(dataset, { ...image, size }).map((original, i) => ({
    ...original,
    source: { record: image.annotations[i]!, original },
  }));
  return { raster, annotations };
}

/** Decode an image of at most so many megapixels; a larger one is refused with the option to raise. */
export async function decodeWithin(bytes: Uint8Array, maxMegapixels: number): Promise<RgbRaster> {
  try {
    return await decodeRgb(bytes, { maxPixels: maxMegapixels * 1e6 });
  } catch (cause) {
    if (!(cause instanceof LeukoscopeError) || cause.code !== 'IMAGE_TOO_LARGE') throw cause;
    const { width, height } = readImageHeader(bytes);
    throw new LeukoscopeError(
      'IMAGE_TOO_LARGE',
      `image must have at most ${maxMegapixels} megapixels. Received ${width} x ${height}. Raise --max-megapixels.`,
      { cause },
    );
  }
}

/** Decode an image and check that it has the size for which it was annotated. */
export async function loadRaster(
  folder: Folder,
  image: ImageRecord,
  maxMegapixels: number,
): Promise<RgbRaster> {
  const raster = await decodeWithin(await folder.read(image.file), maxMegapixels);
  const { size } = image;
  if (size === undefined || (size.width === raster.width && size.height === raster.height)) {
    return raster;
  }
  throw new LeukoscopeError(
    'CLI_IMAGE_SIZE',
    `image must have the size for which it was annotated, ${size.width} x ${size.height}. Received ${raster.width} x ${raster.height}. Its boxes would lie in the wrong places.`,
  );
}

/** Turns annotations back into records, adding classes for kinds that the data set did not have. */
export function createRecorder(known: readonly DatasetClass[]) {
  const classes: DatasetClass[] = [...known];
  const indexOf = (cellClass: CellClass): number => {
    const at = classes.findIndex((own) => own.cellClass === cellClass);
    if (at >= 0) return at;
    const id = Math.max(-1, ...classes.map((own) => own.id)) + 1;
    return classes.push({ id, name: cellClasses[cellClass].name, cellClass }) - 1;
  };
  return {
    classes,
    /** With `isCut` nothing is taken over as it was, since the image has another size. */
    toRecords(
      annotations: readonly SourcedAnnotation[],
      size: Size,
      isCut = false,
    ): AnnotationRecord[] {
      const ids = new Set<AnnotationRecord['id']>();
      return annotations.map((annotation) => {
        const { source, box, mask, cellClass, isCrowd } = annotation;
        const record = source?.record;
        const isCopy = record?.id !== undefined && ids.has(record.id);
        ids.add(record?.id);
        if (
          record !== undefined &&
          !isCopy &&
          !isCut &&
          box === source?.original.box &&
          mask === source?.original.mask
        ) {
          return record;
        }
        const classIndex =
          record?.classIndex ?? (cellClass === undefined ? undefined : indexOf(cellClass));
        return {
          ...(record?.id === undefined || isCopy ? {} : { id: record.id }),
          ...(classIndex === undefined ? {} : { classIndex }),
          ...(box === undefined ? {} : { box }),
          ...(mask === undefined
            ? {}
            : { mask: { kind: 'rle' as const, rle: encodePlacedRle(mask, size) } }),
          ...(isCrowd === undefined ? {} : { isCrowd }),
          ...(record?.author === undefined ? {} : { author: record.author }),
          ...(record?.attributes === undefined ? {} : { attributes: record.attributes }),
        };
      });
    },
  };
}
