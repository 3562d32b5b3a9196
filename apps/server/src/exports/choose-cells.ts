/** @file Which cells a printed report shows; types in the order of the differential. */
import { type Bin, binSchema, boxSchema, type Cell } from '@leukoscope/contract';
import { z } from 'zod';
import type { Snapshot } from '../services/snapshot-form.ts';

const picturesPerType = 6;

/** Cells of a type, of which the report shows some. */
export const chosenRowSchema = z.object({
  bin: binSchema,
  name: z.string(),
  /** How many there are. */
  count: z.number(),
  cells: z.array(z.object({ id: z.string(), fieldId: z.string(), box: boxSchema })),
});

/** Cells of a type, of which the report shows some. */
export type ChosenRow = z.infer<typeof chosenRowSchema>;

/** Choose some cells of each type: whole ones of which the model was most certain first; added ones last. */
export function chooseCells({ differential, cells }: Snapshot): ChosenRow[] {
  const types: { bin: Bin; name: string }[] = [
    ...differential.rows,
    ...differential.nonLeukocytes,
  ].map(({ cellClass, name }) => ({ bin: cellClass, name }));
  const bins: { bin: Bin; name: string }[] = [
    ...types,
    { bin: 'unidentified', name: 'Unidentified' },
  ];
  return bins.flatMap(({ bin, name }) => {
    const own = cells.filter((cell) => cell.bin === bin);
    if (own.length === 0) return [];
    const best = [...own].sort((a, b) => rankOf(b) - rankOf(a)).slice(0, picturesPerType);
    return [
      {
        bin,
        name,
        count: own.length,
        cells: best.map(({ id, fieldId, box }) => ({ id, fieldId, box })),
      },
    ];
  });
}

function rankOf({ isIncomplete, model }: Cell): number {
  return (isIncomplete ? 0 : 1) + (model?.score ?? -1);
}
