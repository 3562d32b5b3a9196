/**
 * @file How much of the smear one tile shows when all tiles have one magnification: a small lymphocyte must
 * look smaller than a monocyte. Fields of another pixel size are brought to the same micrometres.
 */
import type { Cell, Field } from '@leukoscope/contract';

/** Of the longer sides of boxes: what is larger still is cut at the border of its tile. */
const quantile = 0.95;
const margin = 1.3;
/** Regions grow in steps, so that one more cell does not fetch every picture anew. */
const step = 8;

/** Return the side of the region for each field, in its own pixels. Red cells and platelets do not set it. */
export function tileRegions(
  cells: Iterable<Pick<Cell, 'box' | 'fieldId' | 'bin'>>,
  fields: readonly Pick<Field, 'id' | 'pixelSizeUm'>[],
): ReadonlyMap<string, number> {
  const known = fields.every((field) => field.pixelSizeUm !== null);
  const unitOf = new Map(fields.map((field) => [field.id, known ? field.pixelSizeUm! : 1]));
  const sides: number[] = [];
  for (const { box, fieldId, bin } of cells) {
    if (bin === 'erythrocyte' || bin === 'platelet') continue;
    sides.push(Math.max(box.x2 - box.x1, box.y2 - box.y1) * (unitOf.get(fieldId) ?? 1));
  }
  sides.sort((a, b) => a - b);
  const side = sides[Math.floor(quantile * (sides.length - 1))];
  if (side === undefined) return new Map();
  return new Map(
    [...unitOf].map(([id, unit]) => {
      const pixels = Math.ceil((side * margin) / unit / step) * step;
      return [id, Math.min(2048, Math.max(step, pixels))];
    }),
  );
}
