/**
 * @file Finds the file that an annotation means: data sets name images by absolute paths of another
 * machine, by bare names, with other folders or without the extension.
 */
import { messageOf, type Size } from '@leukoscope/core';
import { type ByteRange, checkRelativePath, type Folder } from '../folder.ts';
import type { DatasetBuilder, Place } from './dataset-builder.ts';
import { readImageSize } from './image-header.ts';

const imagePattern = /\.(jpe?g|png|bmp|tiff?|webp)$/i;

/** Tell whether a path looks like an image. */
export function isImageFile(file: string): boolean {
  return imagePattern.test(file);
}

/** Return the file name without folders and extension. */
export function stemOf(file: string): string {
  return baseOf(file).replace(/\.[^.]+$/, '');
}

/** Return the file name without folders. */
export function baseOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

/** Return the folder of a path, '' at the top. */
export function folderOf(file: string): string {
  return file.slice(0, Math.max(0, file.lastIndexOf('/')));
}

/** Return `train`, `val` or `test` where a part of the path says so. */
export function splitOfPath(file: string): string | undefined {
  for (const part of file.toLowerCase().split('/')) {
    const word = /^(train|val|valid|validation|test)(ing)?(_?\d{4})?$/.exec(part)?.[1];
    if (word !== undefined) return word.startsWith('val') ? 'val' : word;
  }
  return undefined;
}

/** Looks images up by foreign names. */
export type ImageLocator = ReturnType<typeof createImageLocator>;

/** Index the images of a folder. */
export function createImageLocator(files: readonly string[]) {
  const images = files.filter(isImageFile);
  const known = new Set(images);
  const byBase = groupBy(images, (file) => baseOf(file).toLowerCase());
  const byStem = groupBy(images, (file) => stemOf(file).toLowerCase());
  let isTold = false;
  return {
    images,
    /** Tell whether to say that there are no images at all: once, and not for each of a million. */
    isFirstOfNone(): boolean {
      const isFirst = images.length === 0 && !isTold;
      isTold = true;
      return isFirst;
    },
    /** Find the one image that a foreign name means; several or none give a reason. */
    locate(name: string): { readonly file: string } | { readonly reason: string } {
      const path = name.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
      if (known.has(path)) return { file: path };
      const base = baseOf(path).toLowerCase();
      const candidates = byBase.get(base) ?? byStem.get(base) ?? [];
      if (candidates.length === 1) return { file: candidates[0]! };
      const nested = candidates.filter((file) => file.endsWith(`/${path}`));
      if (nested.length === 1) return { file: nested[0]! };
      return {
        reason:
          candidates.length === 0
            ? 'no such image in the folder'
            : `${candidates.length} images of that name`,
      };
    },
  };
}

/** Resolve a foreign image name to a safe path, with a warning when there is no such file; undefined after a failure. */
export function resolveImage(
  name: string,
  locator: ImageLocator,
  builder: DatasetBuilder,
  place: Place,
): string | undefined {
  const located = locator.locate(name);
  if ('file' in located) return located.file;
  try {
    const path = checkRelativePath(name.replaceAll('\\', '/').replace(/^(\.\/)+/, ''));
    if (locator.images.length > 0) {
      builder.warn(
        place,
        `image ${JSON.stringify(name.slice(0, 120))} was not found: ${located.reason}.`,
      );
    } else if (locator.isFirstOfNone()) {
      builder.warn(
        place,
        'the folder holds no images: they are taken as the annotations name them.',
      );
    }
    return path;
  } catch (error) {
    builder.fail(place, `${messageOf(error)} (${located.reason})`);
    return undefined;
  }
}

const prefixLength = 4096;

/** Read the size of an image of a folder; most headers lie within one first read. */
export async function imageSizeIn(folder: Folder, file: string): Promise<Size> {
  const prefix = await folder.read(file, { offset: 0, length: prefixLength });
  const isWhole = prefix.length < prefixLength;
  const read = async (range: ByteRange) => {
    const end = range.offset + range.length;
    return isWhole || end <= prefix.length
      ? prefix.subarray(range.offset, end)
      : folder.read(file, range);
  };
  return readImageSize(read, file);
}

function groupBy(files: readonly string[], key: (file: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const group = groups.get(key(file));
    if (group === undefined) groups.set(key(file), [file]);
    else group.push(file);
  }
  return groups;
}
