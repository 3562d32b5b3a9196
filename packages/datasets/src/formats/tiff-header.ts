/** @file Sizes and orientation in TIFF directories, which is also how EXIF stores its orientation. */
import type { Size } from '@leukoscope/core';
import type { ReadRange } from '../folder.ts';

const [WIDTH_TAG, HEIGHT_TAG, ORIENTATION_TAG] = [256, 257, 274];
const headLength = 16;
// More pages than any pyramid has; also ends chains that run in a circle.
const mostPages = 64;
// 4096 entries are more than any writer makes.
const mostEntries = 4096;

interface Directory {
  readonly tags: ReadonlyMap<number, number>;
  /** Where the next directory lies; 0 after the last. */
  readonly next: number;
}

/** Read the upright size of the largest picture of a TIFF or BigTIFF file, the one that is decoded. */
export async function readTiffSize(read: ReadRange): Promise<Size | undefined> {
  const head = await read({ offset: 0, length: headLength });
  let best: Size | undefined;
  let offset = firstOffset(head) ?? 0;
  for (let page = 0; page < mostPages && offset > 0; page++) {
    const bytes = await read({ offset, length: 16 + mostEntries * 20 });
    const { tags, next } = parseDirectory(head, bytes);
    const size = uprightSize(tags);
    if (
      size !== undefined &&
      (best === undefined || size.width * size.height > best.width * best.height)
    )
      best = size;
    offset = next;
  }
  return best;
}

/** Return the orientation (1 to 8) of an EXIF block; 1 when it says none. */
export function exifOrientation(bytes: Uint8Array): number {
  const offset = firstOffset(bytes);
  if (offset === undefined) return 1;
  return parseDirectory(bytes, bytes.subarray(offset)).tags.get(ORIENTATION_TAG) ?? 1;
}

function uprightSize(tags: ReadonlyMap<number, number>): Size | undefined {
  const width = tags.get(WIDTH_TAG);
  const height = tags.get(HEIGHT_TAG);
  if (width === undefined || height === undefined) return undefined;
  const orientation = tags.get(ORIENTATION_TAG) ?? 1;
  return orientation >= 5 && orientation <= 8
    ? { width: height, height: width }
    : { width, height };
}

function firstOffset(head: Uint8Array): number | undefined {
  if (head.length < 8) return undefined;
  const view = viewOf(head);
  const little = head[0] === 0x49;
  const version = view.getUint16(2, little);
  if (version === 43)
    return head.length < headLength ? undefined : Number(view.getBigUint64(8, little));
  return version === 42 ? view.getUint32(4, little) : undefined;
}

/** Read the numeric tags of a directory; the file's head says the byte order and the field widths. */
function parseDirectory(head: Uint8Array, bytes: Uint8Array): Directory {
  const tags = new Map<number, number>();
  const view = viewOf(bytes);
  const little = head[0] === 0x49;
  const isBig = viewOf(head).getUint16(2, little) === 43;
  const countBytes = isBig ? 8 : 2;
  const entryBytes = isBig ? 20 : 12;
  if (bytes.length < countBytes) return { tags, next: 0 };
  const count = isBig ? Number(view.getBigUint64(0, little)) : view.getUint16(0, little);
  for (let k = 0; k < Math.min(count, mostEntries); k++) {
    const entry = countBytes + k * entryBytes;
    if (entry + entryBytes > bytes.length) return { tags, next: 0 };
    const value = entry + (isBig ? 12 : 8);
    const kind = view.getUint16(entry + 2, little);
    if (kind === 3) tags.set(view.getUint16(entry, little), view.getUint16(value, little));
    if (kind === 4) tags.set(view.getUint16(entry, little), view.getUint32(value, little));
  }
  const end = countBytes + count * entryBytes;
  if (end + (isBig ? 8 : 4) > bytes.length) return { tags, next: 0 };
  return {
    tags,
    next: isBig ? Number(view.getBigUint64(end, little)) : view.getUint32(end, little),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
