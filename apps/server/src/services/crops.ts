/** @file Pictures of cells. */
import type { cropQuerySchema } from '@leukoscope/contract';
import { and, asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { cells, fields } from '../db/schema.ts';
import { missing } from '../http-error.ts';

const box = { x1: cells.x1, y1: cells.y1, x2: cells.x2, y2: cells.y2 };

/** Return the square picture around a cell, as JPEG. */
export async function readCrop(
  context: Context,
  cellId: string,
  query: z.output<typeof cropQuerySchema>,
): Promise<Uint8Array> {
  const { sql } = context.db;
  // A gallery asks for a thousand of these: one query each, and nothing of masks and probabilities.
  const [cell] = await sql
    .select({
      ...box,
      fieldId: fields.id,
      sha256: fields.displaySha256,
      isRemoved: fields.isRemoved,
    })
    .from(cells)
    .innerJoin(fields, eq(fields.id, cells.fieldId))
    .where(eq(cells.id, cellId));
  if (cell === undefined) throw missing('cell', cellId);
  if (cell.isRemoved) throw missing('field', cell.fieldId);
  const { fieldId, sha256 } = cell;
  const { zoom, region, size } = query;
  const square = region === undefined ? { zoom } : { region };
  return context.crops.get({ sha256, box: cell, square, side: size }, () =>
    sql
      .select(box)
      .from(cells)
      .where(and(eq(cells.fieldId, fieldId), eq(cells.isDeleted, false)))
      .orderBy(asc(cells.modelOrdinal)),
  );
}
