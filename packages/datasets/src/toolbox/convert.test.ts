import { decodeImage, encodePng } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { arbitraryDataset } from '../../test/arbitrary-dataset.ts';
import { memoryFolder } from '../folder.ts';
import { importDataset } from '../sources/import-dataset.ts';
import { convertDataset, exportedImagePath, exportFormats, isExportFormat } from './convert.ts';

test.each(exportFormats)(
  'a data set written as %s is recognised and read again',
  async (format) => {
    const dataset = arbitraryDataset(11, { masks: 'rle' });
    const folder = memoryFolder();
    for (const { file, size } of dataset.images) {
      const pixels = new Uint8Array(size!.width * size!.height);
      const raster = { ...size!, channels: 1, bitDepth: 8, data: pixels } as const;
      await folder.write(exportedImagePath(file, format), await encodePng(raster));
    }
    const { files } = await convertDataset(dataset, format, folder, { encodePng });
    expect(files.length).toBeGreaterThan(0);
    expect(await folder.list()).toEqual(expect.arrayContaining([...files]));
    const { parsed, failed } = await importDataset(folder, {
      decodeImage: (bytes) => decodeImage(bytes),
      maskKind: format === 'class-masks' ? 'class-map' : 'instances',
    });
    expect(failed).toEqual([]);
    expect(parsed.images).toHaveLength(dataset.images.length);
  },
);

test('knows its formats', () => {
  expect(isExportFormat('coco')).toBe(true);
  expect(isExportFormat('toString')).toBe(false);
});
