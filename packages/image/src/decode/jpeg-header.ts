/** @file Reads size, channels and EXIF orientation from a JPEG file (ITU-T T.81, annex B). */
import { createByteReader } from './byte-reader.ts';
import { damaged } from './damaged.ts';
import { readExifOrientation } from './exif-orientation.ts';
import type { Orientation, StoredHeader } from './image-page.ts';

/** Walk the marker segments up to the frame header. */
export function readJpegHeader(bytes: Uint8Array): StoredHeader {
  const reader = createByteReader(bytes, false);
  let orientation: Orientation = 1;
  let offset = 2;
  for (;;) {
    if (reader.u8(offset) !== 0xff) {
      throw damaged('JPEG marker', '0xFF', reader.u8(offset));
    }
    const marker = reader.u8(offset + 1);
    if (marker === 0xff) {
      offset += 1; // fill byte
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      offset += 2; // markers without a segment
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) {
      throw damaged('JPEG file', 'led by a frame header', `marker 0x${marker.toString(16)}`);
    }
    const length = reader.u16(offset + 2);
    if (length < 2) throw damaged('length of a JPEG segment', 'at least 2', length);
    if (isFrame(marker)) {
      const bitsPerChannel = reader.u8(offset + 4);
      const height = reader.u16(offset + 5);
      const width = reader.u16(offset + 7);
      const channels = reader.u8(offset + 9);
      // A height of 0 means "given later by DNL", which no camera writes and libjpeg refuses too.
      if (width === 0 || height === 0) {
        throw damaged('JPEG size', 'at least 1 x 1', `${width} x ${height}`);
      }
      return { orientation, pages: [{ width, height, channels, bitsPerChannel, isTiled: false }] };
    }
    if (marker === 0xe1 && reader.length >= offset + 10) {
      if (reader.ascii(offset + 4, 6) === 'Exif\0\0') {
        orientation = readExifOrientation(bytes.subarray(offset + 10, offset + 2 + length));
      }
    }
    offset += 2 + length;
  }
}

/** SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
