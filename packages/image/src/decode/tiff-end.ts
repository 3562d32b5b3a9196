/**
 * @file Where a TIFF file ends by what its directories name: strips, tiles, values of tags, and the
 * directories below them (smaller pictures, EXIF, GPS). TIFF 6.0; BigTIFF alike.
 */
import { createByteReader } from './byte-reader.ts';
import { damaged } from './damaged.ts';
import { openTiff, type TiffDirectory } from './tiff-directory.ts';

/** SubIFDs, EXIF, GPS, interoperability. */
const directoryTags = [330, 34_665, 34_853, 40_965];
/** Offsets and sizes of strips, tiles, and the JPEG stream of older files. */
const pieceTags = [
  [273, 279],
  [324, 325],
  [513, 514],
] as const;
/** More than any pyramid or stack has; a chain that is longer ends the check, not the machine. */
const mostDirectories = 4096;

/** Return the byte behind everything that the file's directories name. */
export function tiffEnd(bytes: Uint8Array): number {
  const file = openTiff((littleEndian) => createByteReader(bytes, littleEndian));
  const seen = new Set<number>();
  const waiting = file.chain(file.first, mostDirectories);
  let end = 8;
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    if (seen.has(directory.offset)) continue;
    seen.add(directory.offset);
    if (seen.size > mostDirectories) {
      throw damaged('number of TIFF directories', `at most ${mostDirectories}`, 'more');
    }
    end = Math.max(end, directory.end, piecesEnd(directory));
    for (const tag of directoryTags) {
      for (const offset of directory.numbers(tag)) waiting.push(...file.chain(offset, 1));
    }
  }
  return end;
}

function piecesEnd(directory: TiffDirectory): number {
  let end = 0;
  for (const [offsetTag, sizeTag] of pieceTags) {
    const offsets = directory.numbers(offsetTag);
    const sizes = directory.numbers(sizeTag);
    if (offsets.length !== sizes.length) {
      throw damaged('TIFF pieces', `as many as their ${sizes.length} sizes`, offsets.length);
    }
    offsets.forEach((offset, i) => {
      end = Math.max(end, offset + sizes[i]!);
    });
  }
  return end;
}
