/** @file The fields of BCISC that test: slides 7 and 8, which train and choose nothing in the experiments on it. */
import type { Sample } from '@leukoscope/core';
import { importDataset, toAnnotations } from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { decodeImage, decodeRgb, toRgbRaster } from '@leukoscope/image';

/** A field with what is known of it. */
export interface TestField {
  readonly file: string;
  readonly slide: string;
  readonly bytes: Uint8Array;
  readonly sample: Sample;
}

/** Read them all. */
export async function readTestFields(root: string): Promise<TestField[]> {
  const folder = await openFolder(root);
  const { parsed } = await importDataset(folder, { decodeImage: (bytes) => decodeImage(bytes) });
  const fields: TestField[] = [];
  for (const image of parsed.images.filter(({ file }) => /_[78]-/.test(file))) {
    const bytes = await folder.read(image.file);
    const raster = toRgbRaster(await decodeRgb(bytes));
    const sample = { raster, annotations: toAnnotations(parsed, image) };
    fields.push({ file: image.file, slide: image.slide ?? image.file, bytes, sample });
  }
  return fields;
}
