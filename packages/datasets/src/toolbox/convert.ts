/** @file Data set -> any format, by name. */
import type { Dataset, ExportResult } from '../dataset.ts';
import type { FolderSink } from '../folder.ts';
import { exportCoco } from '../formats/coco-export.ts';
import { exportCsv } from '../formats/csv-export.ts';
import { exportGeoJson } from '../formats/geojson-export.ts';
import { type EncodeImage, exportMasks } from '../formats/mask-export.ts';
import { exportVoc } from '../formats/voc-export.ts';
import { exportYolo, yoloImagePath } from '../formats/yolo-export.ts';

/** The formats that can be written. */
export const exportFormats = [
  'coco',
  'voc',
  'yolo',
  'geojson',
  'instance-masks',
  'class-masks',
  'csv',
] as const;

/** One of the formats that can be written. */
export type ExportFormat = (typeof exportFormats)[number];

/** How to convert. */
export interface ConvertOptions {
  /** Encodes mask images; needed for the two mask formats only. */
  readonly encodePng: EncodeImage;
}

/** Tell whether a text names a format that can be written. */
export function isExportFormat(text: string): text is ExportFormat {
  return exportFormats.some((format) => format === text);
}

/** Write the annotations of a data set in a format; images are copied by the caller (`exportedImagePath`). */
export function convertDataset(
  dataset: Dataset,
  format: ExportFormat,
  sink: FolderSink,
  { encodePng }: ConvertOptions,
): Promise<ExportResult> {
  switch (format) {
    case 'coco':
      return exportCoco(dataset, sink);
    case 'voc':
      return exportVoc(dataset, sink);
    case 'yolo':
      return exportYolo(dataset, sink);
    case 'geojson':
      return exportGeoJson(dataset, sink);
    case 'instance-masks':
      return exportMasks(dataset, sink, { encodePng, kind: 'instances' });
    case 'class-masks':
      return exportMasks(dataset, sink, { encodePng, kind: 'class-map' });
    case 'csv':
      return exportCsv(dataset, sink);
  }
}

/** Return the path at which an exported data set expects an image. */
export function exportedImagePath(file: string, format: ExportFormat): string {
  return format === 'yolo' ? yoloImagePath(file) : file;
}
