import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnnotationRecord, Dataset, ExportResult, ImportResult } from '../src/dataset.ts';
import { type Folder, type FolderSink, memoryFolder } from '../src/folder.ts';
import { type ArbitraryOptions, arbitraryDataset } from './arbitrary-dataset.ts';
import { exportCoco } from '../src/formats/coco-export.ts';
import { importCoco } from '../src/formats/coco-import.ts';
import { exportCsv } from '../src/formats/csv-export.ts';
import { importCsv } from '../src/formats/csv-import.ts';
import { exportGeoJson } from '../src/formats/geojson-export.ts';
import { importGeoJson } from '../src/formats/geojson-import.ts';
import { exportVoc } from '../src/formats/voc-export.ts';
import { importVoc } from '../src/formats/voc-import.ts';
import { exportYolo, yoloImagePath } from '../src/formats/yolo-export.ts';
import { importYolo } from '../src/formats/yolo-import.ts';

interface Format {
  readonly write: (dataset: Dataset, sink: FolderSink) => Promise<ExportResult>;
  readonly read: (folder: Folder) => Promise<ImportResult>;
  /** Where it expects the images. */
  readonly imagePath?: (file: string) => string;
}

const coco: Format = {
  write: exportCoco,
  read: (folder) => importCoco(folder, { file: 'annotations.json' }),
};
const voc: Format = { write: exportVoc, read: importVoc };
const yolo: Format = { write: exportYolo, read: importYolo, imagePath: yoloImagePath };
const geojson: Format = { write: exportGeoJson, read: importGeoJson };
const csv: Format = {
  write: exportCsv,
  read: (folder) => importCsv(folder, { file: 'annotations.csv' }),
};

/** Images must exist where a format finds its texts through them: any bytes, sizes are in images.csv. */
async function roundTrip(dataset: Dataset, { write, read, imagePath = (file) => file }: Format) {
  const folder = memoryFolder(
    Object.fromEntries(dataset.images.map(({ file }) => [imagePath(file), 'x'])),
  );
  const { losses } = await write(dataset, folder);
  const result = await read(folder);
  expect(result.failed).toEqual([]);
  return { losses, parsed: result.parsed };
}

/** Meaning is derived from names, so it is no part of what must survive. */
const comparable = (dataset: Dataset) => ({
  classes: dataset.classes.map(({ cellClass: _, ...rest }) => rest),
  images: [...dataset.images].sort((a, b) => (a.file < b.file ? -1 : 1)),
});

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const check = (options: ArbitraryOptions, format: Format, adapt = (dataset: Dataset) => dataset) =>
  fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const dataset = adapt(arbitraryDataset(seed, options));
      const { losses, parsed } = await roundTrip(dataset, format);
      expect(losses).toEqual([]);
      expect(comparable(parsed)).toEqual(comparable(dataset));
    }),
    { numRuns: 60 },
  );

const withoutAttributes = (dataset: Dataset) =>
  mapRecords(dataset, ({ attributes: _, ...rest }) => rest);

function mapRecords(
  dataset: Dataset,
  change: (record: AnnotationRecord) => AnnotationRecord,
): Dataset {
  return {
    ...dataset,
    images: dataset.images.map((image) => ({
      ...image,
      annotations: image.annotations.map(change),
    })),
  };
}

test('COCO keeps boxes, polygons, run lengths, ids, crowds, scores and the facts of images', async () => {
  // Boxes on whole pixels: COCO stores width and height, and x1 + width may differ in the last bit.
  const facts = { hasExtras: true, hasImageFacts: true, isWhole: true };
  await check({ ...facts, masks: 'none' }, coco);
  await check({ ...facts, masks: 'polygons' }, coco);
  await check({ ...facts, masks: 'rle' }, coco);
});

test('COCO keeps fractions of pixels to 1e-9', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const dataset = arbitraryDataset(seed);
      const { parsed } = await roundTrip(dataset, coco);
      dataset.images.forEach((image, i) => {
        image.annotations.forEach(({ box }, k) => {
          expect(parsed.images[i]!.annotations[k]!.box!.x2).toBeCloseTo(box!.x2, 9);
          expect(parsed.images[i]!.annotations[k]!.box!.y2).toBeCloseTo(box!.y2, 9);
        });
      });
    }),
  );
});

test('VOC keeps boxes, class ids and order, attributes and the facts of images', async () => {
  const attributed = (dataset: Dataset) =>
    mapRecords(dataset, (record) => ({ ...record, attributes: { difficult: '1', note: 'a <b>' } }));
  await check({ hasImageFacts: true, isWhole: true }, voc, attributed);
});

test('GeoJSON keeps boxes, polygons with holes, ids, scores and the facts of images', async () => {
  const facts = { hasExtras: true, hasImageFacts: true };
  await check({ ...facts, masks: 'none' }, geojson);
  await check({ ...facts, masks: 'holes' }, geojson);
});

test('CSV keeps boxes, run lengths, ids, crowds, scores and authors', async () => {
  const facts = { hasExtras: true, hasImageFacts: true };
  await check({ ...facts, masks: 'none' }, csv, withoutAttributes);
  await check({ ...facts, masks: 'rle' }, csv, withoutAttributes);
});

test('YOLO keeps boxes and outlines to 1e-9, class ids and order, and the facts of images', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, fc.constantFrom('none', 'polygons'), async (seed, masks) => {
      const dataset = arbitraryDataset(seed, {
        hasImageFacts: true,
        masks: masks === 'none' ? 'none' : 'polygons',
      });
      const { losses, parsed } = await roundTrip(dataset, yolo);
      expect(losses).toEqual([]);
      expect(comparable(parsed).classes).toEqual(comparable(dataset).classes);
      for (const image of dataset.images) {
        const { file: _, id: __, annotations, ...facts } = image;
        const found = parsed.images.find(({ file }) => file === yoloImagePath(image.file))!;
        expect(found).toMatchObject(facts);
        expect(found.annotations).toHaveLength(annotations.length);
        annotations.forEach(({ box, classIndex, mask }, k) => {
          const record = found.annotations[k]!;
          expect(record.classIndex).toBe(classIndex);
          for (const side of ['x1', 'y1', 'x2', 'y2'] as const) {
            expect(record.box![side]).toBeCloseTo(box![side], 9);
          }
          expect(record.mask?.kind).toBe(mask?.kind);
        });
      }
    }),
    { numRuns: 60 },
  );
});

test('what a format cannot hold is listed, with counts', async () => {
  const dataset = arbitraryDataset(5, { masks: 'holes', hasExtras: true });
  const count = dataset.images.reduce((sum, { annotations }) => sum + annotations.length, 0);
  const listed = async ({ write }: Format) => (await write(dataset, memoryFolder())).losses;
  expect(await listed(coco)).toEqual([`${count} x polygons with holes (written as pixels)`]);
  expect(await listed(voc)).toContain(`${count} x masks`);
  expect(await listed(yolo)).toContain(`${count} x masks (boxes were written)`);
  expect(await listed(csv)).toContain(`${count} x polygons (written as pixels)`);
});
