/** @file Pictures of cells. */
import type { cropQuerySchema } from '@leukoscope/contract';
import { and, asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { cells } from '../db/schema.ts';
import { getCellRow } from './cells.ts';
import { getFieldRow } from './fields.ts';

/** Return the square picture around a cell, as JPEG. */
export async function readCrop(
  context: Context,
  cellId: string,
  query: z.output<typeof cropQuerySchema>,
): Promise<Uint8Array> {
  const cell = await getCellRow(context, cellId);
  const field = await getFieldRow(context, cell.fieldId);
  const wish = { sha256: field.displaySha256, box: cell, zoom: query.zoom, side: query.size };
  return context.crops.get(wish, () =>
    context.db.sql
      .select({ x1: cells.x1, y1: cells.y1, x2: cells.x2, y2: cells.y2 })
      .from(cells)
      .where(and(eq(cells.fieldId, field.id), eq(cells.isDeleted, false)))
      .orderBy(asc(cells.modelOrdinal)),
  );
}
