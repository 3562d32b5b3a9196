/** @file Reads the pages of a TIFF file: sizes, depths, tiling and orientation. */
import { damaged } from './damaged.ts';
import { toOrientation } from './exif-orientation.ts';
import type { ImagePage, StoredHeader } from './image-page.ts';
import {
  type OpenBytes,
  readTiffDirectories,
  type TiffDirectory,
  tiffTags,
} from './tiff-directory.ts';

/** Pages beyond these are not looked at: pyramids have a dozen, focus stacks some hundred. */
const pageLimit = 1024;

/** Read every page; the orientation is the first page's. */
export function readTiffHeader(open: OpenBytes): StoredHeader {
  const directories = readTiffDirectories(open, pageLimit);
  const [first] = directories;
  if (first === undefined) throw damaged('TIFF file', 'one page or more', '0 pages');
  return {
    orientation: toOrientation(first.number(tiffTags.orientation)),
    pages: directories.map(toPage),
  };
}

function toPage(directory: TiffDirectory): ImagePage {
  const width = directory.number(tiffTags.width) ?? 0;
  const height = directory.number(tiffTags.height) ?? 0;
  if (width === 0 || height === 0) {
    throw damaged('TIFF size', 'at least 1 x 1', `${width} x ${height}`);
  }
  return {
    width,
    height,
    channels: directory.number(tiffTags.samplesPerPixel) ?? 1,
    bitsPerChannel: directory.number(tiffTags.bitsPerSample) ?? 1,
    isTiled: directory.number(tiffTags.tileWidth) !== undefined,
  };
}
