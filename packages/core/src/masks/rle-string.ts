/**
 * @file COCO's text form of run lengths ("compressed RLE"): 6 bits a character, from '0' (48) on.
 *
 * From the fourth count on, the difference to the count two before is written (runs of one column
 * resemble those of the column before). A value takes 5 bits a character, low bits first; bit 0x20
 * says that more follow, bit 0x10 of the last character is the sign. Reference: maskApi.c
 * rleToString, rleFrString.
 */
import { LeukoscopeError } from '../errors.ts';
import type { Size } from '../raster.ts';
import { createRle, type Rle } from './rle.ts';

// 35 bits hold any difference of two 32-bit counts; a longer value is a mistake or an attack.
const longestValue = 7;

/** Write the counts as COCO's compressed string. */
export function rleToString(rle: Rle): string {
  const codes: number[] = [];
  const { counts } = rle;
  for (let i = 0; i < counts.length; i++) {
    let value = i > 2 ? counts[i]! - counts[i - 2]! : counts[i]!;
    for (let more = true; more; ) {
      // Counts reach 2^32, past JavaScript's 32-bit shifts: divide instead.
      const low = value - Math.floor(value / 32) * 32;
      value = Math.floor(value / 32);
      more = (low & 0x10) !== 0 ? value !== -1 : value !== 0;
      codes.push(low + (more ? 0x20 : 0) + 48);
    }
  }
  return textOf(codes);
}

/** Read COCO's compressed string; throws unless it is well formed and fills the size. */
export function rleFromString(text: string, size: Size): Rle {
  const counts: number[] = [];
  let position = 0;
  while (position < text.length) {
    let value = 0;
    let scale = 1;
    let code = 0;
    const start = position;
    do {
      code = text.charCodeAt(position) - 48;
      if (!(code >= 0 && code < 64) || position - start >= longestValue) {
        throw new LeukoscopeError(
          'RLE_STRING',
          `compressed counts must be groups of at most ${longestValue} characters from "0" to "o", each closed. ` +
            `Received ${JSON.stringify(text.slice(start, start + 8))} at character ${start}.`,
        );
      }
      value += (code & 0x1f) * scale;
      scale *= 32;
      position++;
    } while ((code & 0x20) !== 0);
    if ((code & 0x10) !== 0) value -= scale;
    counts.push(counts.length > 2 ? value + counts[counts.length - 2]! : value);
  }
  return createRle(size, counts);
}

function textOf(codes: readonly number[]): string {
  // String.fromCharCode takes its characters as arguments, of which an engine allows some 65,000.
  let text = '';
  for (let i = 0; i < codes.length; i += 8192) {
    text += String.fromCharCode(...codes.slice(i, i + 8192));
  }
  return text;
}
