/**
 * @file Time and peak memory of `leukoscope analyze` against the size of the image, and fields a second over many.
 *
 * `node --conditions=@leukoscope/source bench/analyse/large-images.ts [--fields 500]`. Images of 1 to 100
 * megapixels are synthetic fields side by side, as JPEG, PNG, TIFF and BMP; each is analysed by the
 * command line in a process of its own, whose peak memory (VmHWM, so Linux only) is read when it ends.
 * The aim is 600 MB. Then 500 fields of 1024x768 pixels in one call.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createRgbRaster, type RgbRaster } from '@leukoscope/core';
import { synthesiseField } from '@leukoscope/datasets';
import { encodeJpeg, encodePng, encodeTiff } from '@leukoscope/image';
import { writeField } from './write-field.ts';

const { values } = parseArgs({ options: { fields: { type: 'string', default: '500' } } });
const folder = await mkdtemp(path.join(tmpdir(), 'leukoscope-bench-'));
const encoders = {
  jpg: encodeJpeg,
  png: encodePng,
  tif: encodeTiff,
  bmp: async (raster: RgbRaster) => encodeBmp(raster),
};
console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}`);
const block = synthesiseField({ seed: 5, size: { width: 2000, height: 2000 } }).raster;
for (const side of [1000, 2000, 4000, 6000, 10_000]) {
  const raster = repeat(block, side);
  const kinds = side === 10_000 ? (['jpg', 'png', 'tif', 'bmp'] as const) : (['jpg'] as const);
  for (const kind of kinds) {
    const file = path.join(folder, `large.${kind}`);
    await writeFile(file, await encoders[kind](raster));
    const { seconds, peakMb, cells } = analyse([file]);
    console.log(
      `${(side * side) / 1e6} megapixels ${kind}: ${seconds.toFixed(1)} s, ${cells} leukocytes, peak ${peakMb.toFixed(0)} MB`,
    );
    await rm(file);
  }
}
const fields = Number(values.fields);
const many = path.join(folder, 'many');
await mkdir(many);
for (let i = 0; i < fields; i++) {
  // Twenty different fields; every copy is decoded and analysed anew.
  await writeField(path.join(many, `${i}.jpg`), { width: 1024, height: 768 }, i % 20);
}
const one = analyse([path.join(many, '0.jpg')]);
const all = analyse([many]);
console.log(
  `${fields} fields of 1024x768: ${all.seconds.toFixed(1)} s, ${((fields - 1) / (all.seconds - one.seconds)).toFixed(1)} fields/s after the start (${one.seconds.toFixed(2)} s with one field), peak ${all.peakMb.toFixed(0)} MB`,
);
await rm(folder, { recursive: true });

function analyse(paths: readonly string[]) {
  const startedMs = performance.now();
  const script = path.join(import.meta.dirname, 'analyse-and-tell-memory.ts');
  const child = spawnSync(process.execPath, [...process.execArgv, script, ...paths], {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.status !== 0) throw new Error(`analyze ended with ${child.status}.`);
  const seconds = (performance.now() - startedMs) / 1000;
  const told: { peakMb: number; cells: number } = JSON.parse(
    child.stdout.trim().split('\n').at(-1)!,
  );
  return { seconds, ...told };
}

function repeat(block: RgbRaster, side: number): RgbRaster {
  const raster = createRgbRaster({ width: side, height: side });
  for (let y = 0; y < side; y++) {
    const from = (y % block.height) * block.width * 3;
    for (let x = 0; x < side; x += block.width) {
      const width = Math.min(block.width, side - x);
      raster.data.set(block.data.subarray(from, from + width * 3), (y * side + x) * 3);
    }
  }
  return raster;
}

/** 24-bit BMP: rows bottom up, blue first, padded to four bytes. */
function encodeBmp({ width, height, data }: RgbRaster): Uint8Array {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const bytes = new Uint8Array(54 + stride * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0; y < height; y++) {
    let to = 54 + (height - 1 - y) * stride;
    for (let from = y * width * 3; from < (y + 1) * width * 3; from += 3, to += 3) {
      bytes[to] = data[from + 2]!;
      bytes[to + 1] = data[from + 1]!;
      bytes[to + 2] = data[from]!;
    }
  }
  return bytes;
}
