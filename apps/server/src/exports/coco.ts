/** @file A case as a COCO data set: images, annotations with boxes and masks, categories by name. */
import { cellClasses, isCellClass, rleArea, rleFromString } from '@leukoscope/core';
import type { Snapshot } from '../services/snapshot-form.ts';

/** Write a case as COCO JSON. Cells without a class are left out, as COCO has no place for them. */
export function toCoco(snapshot: Snapshot): string {
  const names = Object.keys(cellClasses).filter(isCellClass);
  const categoryOf = new Map(names.map((name, i) => [name, i + 1]));
  const imageOf = new Map(snapshot.fields.map((field, i) => [field.id, i + 1]));
  const annotations = snapshot.cells.flatMap((cell) => {
    if (cell.bin === 'unidentified' || cell.bin === 'not-classed') return [];
    const { x1, y1, x2, y2 } = cell.box;
    const { mask } = cell;
    return [
      {
        image_id: imageOf.get(cell.fieldId)!,
        category_id: categoryOf.get(cell.bin)!,
        bbox: [x1, y1, x2 - x1, y2 - y1],
        area: mask === null ? (x2 - x1) * (y2 - y1) : rleArea(rleFromString(mask.counts, mask)),
        iscrowd: 0,
        ...(mask === null
          ? {}
          : { segmentation: { size: [mask.height, mask.width], counts: mask.counts } }),
        attributes: { cell_id: cell.id, seen_by: cell.seen?.by.name ?? null },
      },
    ];
  });
  return JSON.stringify(
    {
      info: {
        description: `Leukoscope case ${snapshot.case.number}, version ${snapshot.case.version}. For research use only.`,
      },
      images: snapshot.fields.map((field) => ({
        id: imageOf.get(field.id)!,
        file_name: field.fileName,
        width: field.width,
        height: field.height,
        sha256: field.sha256,
      })),
      categories: names.map((name) => ({
        id: categoryOf.get(name)!,
        name,
        supercategory: 'cell',
      })),
      annotations: annotations.map((annotation, i) => ({ id: i + 1, ...annotation })),
    },
    null,
    1,
  );
}
