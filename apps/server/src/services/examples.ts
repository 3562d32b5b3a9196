/**
 * @file Examples of cell classes: cells of the site's cases that a person has seen and left in the class,
 * the model's most certain ones first; and the drawn ones that ship.
 */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Example, Examples, exampleQuerySchema, SyntheticExample } from '@leukoscope/contract';
import { type CellClass, isCellClass } from '@leukoscope/core';
import { and, desc, eq, isNotNull, ne, sql } from 'drizzle-orm';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { cases, cells } from '../db/schema.ts';
import { missing } from '../http-error.ts';

/** Written by scripts/write-demo.ts: `CLASS-N.jpg`. */
const drawnFolder = fileURLToPath(new URL('../../demo/examples', import.meta.url));
const drawn: readonly SyntheticExample[] = readdirSync(drawnFolder)
  .sort()
  .flatMap((file) => {
    const name = path.basename(file, '.jpg');
    const cellClass = name.replace(/-\d+$/, '');
    return isCellClass(cellClass) ? [{ name, cellClass }] : [];
  });

/** List examples of a model. */
export async function listExamples(
  context: Context,
  modelId: string,
  query: z.output<typeof exampleQuerySchema>,
): Promise<Examples> {
  if (context.models.find(modelId) === undefined) throw missing('model', modelId);
  const { cellClass, limit } = query;
  const classes = cellClass === undefined ? await classesOf(context, modelId) : [cellClass];
  const items: Example[] = [];
  for (const one of classes) items.push(...(await certainCells(context, modelId, one, limit)));
  return {
    items,
    synthetic: drawn.filter(
      (example) => cellClass === undefined || example.cellClass === cellClass,
    ),
  };
}

/** Read the picture of a drawn example. */
export async function readSyntheticExample(name: string): Promise<Uint8Array> {
  // Only names that were found in the folder become paths.
  if (!drawn.some((example) => example.name === name)) throw missing('example', name);
  return readFile(path.join(drawnFolder, `${name}.jpg`));
}

async function classesOf(context: Context, modelId: string): Promise<readonly CellClass[]> {
  return (await context.models.describe(modelId)).classes;
}

/** The conditions are those of the index `cells_by_certainty`. */
async function certainCells(
  context: Context,
  modelId: string,
  cellClass: CellClass,
  limit: number,
): Promise<Example[]> {
  const score = sql<number>`(${cells.model} ->> 'score')::float8`;
  const isSigned = sql<boolean>`${cases.state} = 'signed'`;
  const rows = await context.db.sql
    .select({
      cellId: cells.id,
      caseId: cells.caseId,
      fieldId: cells.fieldId,
      caseNumber: cases.number,
      revision: cells.revision,
      score,
      isSigned,
    })
    .from(cells)
    .innerJoin(cases, eq(cases.id, cells.caseId))
    .where(
      and(
        eq(cells.bin, cellClass),
        isNotNull(cells.seenAt),
        eq(cells.isDeleted, false),
        eq(cells.isIncomplete, false),
        ne(cases.state, 'discarded'),
        sql`${cells.model} ->> 'modelId' = ${modelId}`,
        // What the model said and people left: a corrected cell is no example of the model's certainty.
        sql`${cells.model} ->> 'cellClass' = ${cellClass}`,
      ),
    )
    .orderBy(desc(isSigned), desc(score), desc(cells.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, cellClass }));
}
