/**
 * @file Findings of all images in a format of data sets. COCO is written here, because only its
 * annotations can carry probabilities by type; the others go through the exporters of data sets.
 */
import {
  boxToXywh,
  type CellClass,
  cellClasses,
  encodePlacedRle,
  type Finding,
  lineageOf,
  maskArea,
  probabilityByRow,
  reportClass,
  rleToString,
  type Size,
  type TypeDepth,
} from '@leukoscope/core';
import {
  convertDataset,
  type Dataset,
  type FolderSink,
  isExportFormat,
} from '@leukoscope/datasets';
import { encodePng } from '@leukoscope/image';

/** One image with its cells. */
export interface FoundImage {
  readonly file: string;
  readonly size: Size;
  readonly findings: readonly Finding[];
}

/** What to write. */
export interface ExportRequest {
  readonly images: readonly FoundImage[];
  /** The model's classes, in the order of `probabilities`. */
  readonly classes: readonly CellClass[];
  readonly depth: TypeDepth;
}

/** The formats that detections are written in. */
export type DetectionFormat = 'coco' | 'voc' | 'yolo' | 'geojson' | 'csv';

/** Write the findings; returns what the format cannot hold. */
export async function exportFindings(
  request: ExportRequest,
  format: DetectionFormat,
  sink: FolderSink,
): Promise<readonly string[]> {
  if (format === 'coco') {
    await sink.write('detections.json', `${JSON.stringify(toCoco(request))}\n`);
    return [];
  }
  if (!isExportFormat(format)) throw new Error(`internal: no exporter for ${format}`);
  const folder: FolderSink = {
    write: (file, content) => sink.write(`detections-${format}/${file}`, content),
  };
  const { losses } = await convertDataset(toDataset(request), format, folder, { encodePng });
  return losses;
}

/** COCO with `score`, `segmentation` as run lengths and `probabilities` by class name. */
export function toCoco({ images, classes, depth }: ExportRequest) {
  const shown = shownClasses({ images, classes, depth });
  const annotations = images.flatMap(({ size, findings }, i) =>
    findings.map((finding) => ({ finding, size, imageId: i + 1 })),
  );
  return {
    info: { description: 'Cells found by Leukoscope. For research use only, not for diagnosis.' },
    images: images.map(({ file, size }, i) => ({
      id: i + 1,
      file_name: file,
      width: size.width,
      height: size.height,
    })),
    categories: shown.map((cellClass, i) => ({
      id: i + 1,
      name: cellClass,
      supercategory: lineageOf(cellClass).at(-1),
    })),
    annotations: annotations.map(({ finding, size, imageId }, i) => ({
      id: i + 1,
      image_id: imageId,
      category_id: shown.indexOf(reportClass(finding.cellClass, depth)) + 1,
      bbox: boxToXywh(finding.box).map((value) => round(value, 2)),
      area: round(areaOf(finding), 2),
      iscrowd: 0,
      score: round(finding.score, 5),
      ...(finding.mask === undefined
        ? {}
        : {
            segmentation: {
              size: [size.height, size.width],
              counts: rleToString(encodePlacedRle(finding.mask, size)),
            },
          }),
      ...(finding.probabilities === undefined
        ? {}
        : { probabilities: byType(finding.probabilities, classes, depth) }),
      unsure: finding.isUnsure,
      incomplete: finding.isIncomplete,
    })),
  };
}

/** A data set whose annotations are the findings. */
export function toDataset({ images, classes, depth }: ExportRequest): Dataset {
  const shown = shownClasses({ images, classes, depth });
  return {
    name: 'leukoscope',
    classes: shown.map((cellClass, id) => ({ id, name: cellClass, cellClass })),
    images: images.map(({ file, size, findings }) => ({
      id: file,
      file,
      size,
      annotations: findings.map(({ box, mask, score, cellClass }) => ({
        classIndex: shown.indexOf(reportClass(cellClass, depth)),
        box,
        score,
        ...(mask === undefined
          ? {}
          : { mask: { kind: 'rle' as const, rle: encodePlacedRle(mask, size) } }),
      })),
    })),
  };
}

/** Classes in report order: all that the model knows and all that were found. */
function shownClasses({ images, classes, depth }: ExportRequest): CellClass[] {
  const used = new Set(classes.map((cellClass) => reportClass(cellClass, depth)));
  for (const { findings } of images) {
    for (const { cellClass } of findings) used.add(reportClass(cellClass, depth));
  }
  const order = Object.keys(cellClasses);
  return [...used].sort((a, b) => order.indexOf(a) - order.indexOf(b));
}

function byType(probabilities: readonly number[], classes: readonly CellClass[], depth: TypeDepth) {
  const sums = probabilityByRow(probabilities, classes, depth);
  return Object.fromEntries([...sums].map(([name, p]) => [name, round(p, 5)]));
}

function areaOf({ box, mask }: Finding): number {
  return mask === undefined ? (box.x2 - box.x1) * (box.y2 - box.y1) : maskArea(mask.mask);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
