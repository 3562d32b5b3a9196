/** @file Reads size, depth, channels and EXIF orientation from a PNG file (ISO/IEC 15948). */
import { createByteReader } from './byte-reader.ts';
import { damaged } from './damaged.ts';
import { readExifOrientation } from './exif-orientation.ts';
import type { Orientation, StoredHeader } from './image-page.ts';

/** Channels by PNG colour type; a palette is expanded to RGB. */
const channelsOfColourType: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/** Read IHDR, then walk the chunks before the pixels for transparency and orientation. */
export function readPngHeader(bytes: Uint8Array): StoredHeader {
  const reader = createByteReader(bytes, false);
  if (reader.ascii(12, 4) !== 'IHDR') {
    throw damaged('first PNG chunk', 'IHDR', JSON.stringify(reader.ascii(12, 4)));
  }
  const width = reader.u32(16);
  const height = reader.u32(20);
  if (width === 0 || height === 0 || width > 0x7fffffff || height > 0x7fffffff) {
    throw damaged('PNG size', 'between 1 and 2^31 - 1 on each side', `${width} x ${height}`);
  }
  const depth = reader.u8(24);
  const colourType = reader.u8(25);
  const channels = channelsOfColourType[colourType];
  if (channels === undefined || ![1, 2, 4, 8, 16].includes(depth)) {
    throw damaged('PNG colour type and depth', 'a defined pair', `${colourType} and ${depth}`);
  }
  const { hasTransparency, orientation } = readChunksBeforePixels(bytes);
  const isPalette = colourType === 3;
  return {
    orientation,
    pages: [
      {
        width,
        height,
        channels: hasTransparency && channels % 2 === 1 ? channels + 1 : channels,
        bitsPerChannel: isPalette ? 8 : depth,
        isTiled: false,
      },
    ],
  };
}

function readChunksBeforePixels(bytes: Uint8Array) {
  const reader = createByteReader(bytes, false);
  let hasTransparency = false;
  let orientation: Orientation = 1;
  let offset = 8;
  while (offset + 8 <= bytes.length) {
    const length = reader.u32(offset);
    const kind = reader.ascii(offset + 4, 4);
    if (kind === 'IDAT' || kind === 'IEND') break;
    if (kind === 'tRNS') hasTransparency = true;
    if (kind === 'eXIf') {
      orientation = readExifOrientation(bytes.subarray(offset + 8, offset + 8 + length));
    }
    offset += 12 + length; // length, kind, data, checksum
  }
  return { hasTransparency, orientation };
}
