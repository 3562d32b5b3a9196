/**
 * @file Decoded mask images -> run lengths by pixel value. The value of a colour pixel is
 * red * 65536 + green * 256 + blue; where alpha is 0 it is 0.
 */
import { type Raster, type Rle, runWriter } from '@leukoscope/core';

// An instance map of a field holds some hundreds of cells; a photograph taken for a mask has far more.
const mostValues = 20_000;

/** Split a raster into one mask per value other than 0; undefined when it holds too many values. */
export function masksByValue(raster: Raster): Map<number, Rle> | undefined {
  const { width, height } = raster;
  const writers = new Map<number, ReturnType<typeof runWriter>>();
  const valueAt = valueReader(raster);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; ) {
      const value = valueAt(y * width + x);
      const start = y;
      while (y < height && valueAt(y * width + x) === value) y++;
      if (value === 0) continue;
      let writer = writers.get(value);
      if (writer === undefined) {
        if (writers.size >= mostValues) return undefined;
        writer = runWriter(raster);
        writers.set(value, writer);
      }
      writer.run(x * height + start, x * height + y);
    }
  }
  return new Map(
    [...writers].sort(([a], [b]) => a - b).map(([value, writer]) => [value, writer.finish()]),
  );
}

function valueReader({ channels, data, bitDepth }: Raster): (pixel: number) => number {
  const opaque = bitDepth === 8 ? 256 : 65536;
  switch (channels) {
    case 1:
      return (pixel) => data[pixel]!;
    case 2:
      return (pixel) => (data[pixel * 2 + 1] === 0 ? 0 : data[pixel * 2]!);
    case 3:
      return (pixel) =>
        colourValue(data[pixel * 3]!, data[pixel * 3 + 1]!, data[pixel * 3 + 2]!, opaque);
    case 4:
      return (pixel) =>
        data[pixel * 4 + 3] === 0
          ? 0
          : colourValue(data[pixel * 4]!, data[pixel * 4 + 1]!, data[pixel * 4 + 2]!, opaque);
  }
}

/** Grey pixels of colour files keep their grey value, so that 0, 128, 255 mean the same in both. */
function colourValue(red: number, green: number, blue: number, base: number): number {
  return red === green && green === blue ? red : (red * base + green) * base + blue;
}
