/** @file Data sets of drawn cells on disk, small enough to train on in a second. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRandom, createRgbRaster, type RgbRaster } from '@leukoscope/core';
import { encodePng } from '@leukoscope/image';

/** A folder that a test fills and removes. */
export function temporaryFolder(): { readonly at: (...parts: string[]) => string; remove(): void } {
  const root = mkdtempSync(path.join(tmpdir(), 'leukoscope-training-'));
  return {
    at: (...parts) => path.join(root, ...parts),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

const colours = [
  [120, 60, 150],
  [200, 90, 90],
  [70, 120, 180],
] as const;

/** A picture with a disc whose colour tells the type; no two seeds give the same. */
export function drawCell(kind: number, seed: number, side = 64): RgbRaster {
  const random = createRandom(seed);
  const raster = createRgbRaster({ width: side, height: side });
  for (let i = 0; i < raster.data.length; i++) raster.data[i] = 205 + random.integer(0, 40);
  const radius = side * random.uniform(0.2, 0.32);
  const [cx, cy] = [side * random.uniform(0.4, 0.6), side * random.uniform(0.4, 0.6)];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if ((x - cx) ** 2 + (y - cy) ** 2 > radius ** 2) continue;
      for (let c = 0; c < 3; c++)
        raster.data[(y * side + x) * 3 + c] = colours[kind]![c]! + random.integer(-15, 15);
    }
  }
  return raster;
}

/** Write a folder per class. */
export async function writeClassFolders(
  root: string,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  for (const [kind, [name, count]] of Object.entries(counts).entries()) {
    mkdirSync(path.join(root, name), { recursive: true });
    for (let i = 0; i < count; i++) {
      const picture = await encodePng(drawCell(kind, 1000 * kind + i));
      writeFileSync(path.join(root, name, `${i}.png`), picture);
    }
  }
}

/** Write fields of 96 x 96 with a cell in each corner, boxed in a COCO file, one slide for every two. */
export async function writeFields(root: string, count: number): Promise<void> {
  mkdirSync(root, { recursive: true });
  const images = [];
  const annotations = [];
  for (let i = 0; i < count; i++) {
    const field = createRgbRaster({ width: 128, height: 128 });
    field.data.fill(225);
    for (let corner = 0; corner < 4; corner++) {
      const kind = (i + corner) % 3;
      const cell = drawCell(kind, 50_000 + i * 4 + corner);
      const [left, top] = [(corner % 2) * 64, corner >> 1 ? 64 : 0];
      for (let y = 0; y < 64; y++)
        field.data.set(cell.data.subarray(y * 192, (y + 1) * 192), ((top + y) * 128 + left) * 3);
      annotations.push({
        id: annotations.length + 1,
        image_id: i + 1,
        category_id: kind + 1,
        bbox: [left + 14, top + 14, 36, 36],
        area: 1296,
        iscrowd: 0,
      });
    }
    const file = `field-${i}.png`;
    writeFileSync(path.join(root, file), await encodePng(field));
    images.push({ id: i + 1, file_name: file, width: 128, height: 128, slide: `slide ${i >> 1}` });
  }
  const categories = ['neutrophil', 'eosinophil', 'lymphocyte'].map((name, k) => ({
    id: k + 1,
    name,
  }));
  writeFileSync(
    path.join(root, 'annotations.json'),
    JSON.stringify({ images, annotations, categories }),
  );
}
