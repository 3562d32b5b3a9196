/**
 * @file The differential of a case from its cells: counting, limits and flags are those of the analysis
 * package; here cells become its input and its answer becomes the contract's.
 */
import {
  type CaseFlag,
  caseFlags,
  type Differential,
  differential,
  type ReferenceRange,
  unexpectedFlags,
  unfamiliarFlags,
} from '@leukoscope/analysis/differential';
import {
  type Bin,
  type DifferentialJson,
  type DifferentialRow,
  type Range,
  rangesOf,
  type Site,
} from '@leukoscope/contract';
import { type CellClass, type Familiarity, judgeFamiliarity } from '@leukoscope/core';
import { and, count, eq, sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { cases, cells, fields } from '../db/schema.ts';
import { missing } from '../http-error.ts';
import type { CaseRow } from './case-change.ts';
import { getSite } from './site.ts';

const confidence = 0.95;

/** Count a case's cells as they are now. */
export async function getDifferential(context: Context, caseId: string): Promise<DifferentialJson> {
  const [row] = await context.db.sql.select().from(cases).where(eq(cases.id, caseId));
  if (row === undefined) throw missing('case', caseId);
  return differentialIn(context.db.sql, row);
}

/** Count a case's cells inside a transaction. */
export async function differentialIn(handle: Sql, row: CaseRow): Promise<DifferentialJson> {
  const site = await getSite(handle);
  // Masks and probabilities of a thousand cells are a megabyte, and none of it is counted here.
  const modelBin = sql<Bin | null>`${cells.model} ->> 'bin'`;
  const unexpected = sql<CellClass | null>`${cells.model} -> 'unexpected' ->> 'cellClass'`;
  const { bin, isIncomplete } = cells;
  const groups = await handle
    .select({ bin, isIncomplete, modelBin, unexpected, count: count() })
    .from(cells)
    .where(and(eq(cells.caseId, row.id), eq(cells.isDeleted, false)))
    .groupBy(bin, isIncomplete, modelBin, unexpected)
    // The same cells give the same text: signatures are bound to its hash.
    .orderBy(bin, isIncomplete, modelBin, unexpected);
  return differentialOf(
    groups.flatMap((group) => Array.from({ length: group.count }, () => group)),
    row,
    site,
    await unfamiliarIn(handle, row),
  );
}

/** Judge the fields of each model apart: their distances are of different spaces. */
async function unfamiliarIn(handle: Sql, row: CaseRow): Promise<CaseFlag[]> {
  const seen = await handle
    .select({ analysis: fields.analysis })
    .from(fields)
    .where(and(eq(fields.caseId, row.id), eq(fields.isRemoved, false)))
    .orderBy(fields.position);
  const ofModels = new Map<string, Familiarity[]>();
  for (const { analysis } of seen) {
    if (analysis?.familiarity === undefined) continue;
    const own = ofModels.get(analysis.modelSha256) ?? [];
    ofModels.set(analysis.modelSha256, [...own, analysis.familiarity]);
  }
  return [...ofModels.values()].flatMap((own) => unfamiliarFlags(judgeFamiliarity(own)));
}

/** What of a cell is counted. */
interface CountedCell {
  readonly bin: Bin;
  readonly modelBin: Bin | null;
  /** What the model took it for before the specimen's expectation. */
  readonly unexpected: CellClass | null;
  readonly isIncomplete: boolean;
}

/** Count cells. */
function differentialOf(
  rows: readonly CountedCell[],
  facts: Pick<CaseRow, 'targetCells' | 'leukocytesE9PerLitre' | 'specimen'>,
  site: Site,
  unfamiliar: readonly CaseFlag[],
): DifferentialJson {
  const { targetCells, specimen } = facts;
  const rangesOfClass = (cellClass: CellClass) => rangesOf(site, specimen, cellClass);
  // The analyser counts blood: a share of marrow cells is no share of its leukocytes.
  const leukocytesE9PerLitre = specimen === 'peripheral-blood' ? facts.leukocytesE9PerLitre : null;
  const options = {
    depth: 'fine' as const,
    target: targetCells,
    confidence,
    ranges: {
      name: site.name === '' ? 'site' : site.name,
      percent: scaledRanges(site, (c) => rangesOfClass(c).share, 100),
      // 10^9 per litre = 1000 per microlitre.
      perMicrolitre: scaledRanges(site, (c) => rangesOfClass(c).absolute, 1000),
    },
    ...(leukocytesE9PerLitre === null || leukocytesE9PerLitre === 0
      ? {}
      : { wbcPerMicrolitre: leukocytesE9PerLitre * 1000 }),
  };
  const counted = rows.flatMap((cell) => {
    if (cell.bin === 'unidentified' || cell.bin === 'not-classed') return [];
    return [{ cellClass: cell.bin, isUnsure: false, isIncomplete: cell.isIncomplete }];
  });
  const unidentified = rows.filter((cell) => cell.bin === 'unidentified').length;
  const model = modelCounts(rows);
  // Types that only the model had seen keep a row with 0: the comparison would miss them otherwise.
  const seenByModel = [...model.keys()];
  const table = differential(counted, { ...options, classes: seenByModel });
  return {
    leukocytes: table.total,
    targetCells,
    confidence,
    rows: table.rows.map(
      (row): DifferentialRow => ({
        cellClass: row.cellClass,
        name: row.name,
        count: row.count,
        share: row.share ?? 0,
        low: row.limits?.low ?? 0,
        high: row.limits?.high ?? 1,
        absoluteE9PerLitre: row.perMicrolitre === null ? null : row.perMicrolitre.value / 1000,
        reference: rangesOfClass(row.cellClass).share,
        interpretation: interpretationOf(row.share, rangesOfClass(row.cellClass).share),
        modelCount: model.get(row.cellClass) ?? 0,
      }),
    ),
    nonLeukocytes: table.accompanying.map(({ cellClass, name, count, per100 }) => ({
      cellClass,
      name,
      count,
      per100,
    })),
    unidentified,
    notClassed: rows.filter((cell) => cell.bin === 'not-classed').length,
    flags: flagsOf({ ...table, unidentified }, rows, unfamiliar),
  };
}

function modelCounts(rows: readonly CountedCell[]): Map<CellClass, number> {
  const counts = new Map<CellClass, number>();
  for (const { modelBin } of rows) {
    if (modelBin === null || modelBin === 'unidentified' || modelBin === 'not-classed') continue;
    counts.set(modelBin, (counts.get(modelBin) ?? 0) + 1);
  }
  return counts;
}

function flagsOf(
  table: Differential,
  rows: readonly CountedCell[],
  unfamiliar: readonly CaseFlag[],
): DifferentialJson['flags'] {
  // Once a person has decided what the cell is, it needs no looking at any more.
  const open = rows.filter(({ bin }) => bin === 'unidentified');
  const unlooked = unexpectedFlags(open.map(({ unexpected }) => unexpected));
  return [...caseFlags(table), ...unlooked, ...unfamiliar].map(({ code, severity, text }) => ({
    code,
    severity,
    message: text,
  }));
}

function scaledRanges(
  site: Site,
  pick: (cellClass: CellClass) => Range | null,
  scale: number,
): Partial<Record<CellClass, ReferenceRange>> {
  const ranges: Partial<Record<CellClass, ReferenceRange>> = {};
  for (const { cellClass } of site.classes) {
    const range = pick(cellClass);
    if (range === null) continue;
    ranges[cellClass] = {
      low: (range.low ?? 0) * scale,
      high: (range.high ?? Number.POSITIVE_INFINITY) * scale,
    };
  }
  return ranges;
}

function interpretationOf(
  share: number | null,
  range: Range | null,
): DifferentialRow['interpretation'] {
  if (share === null || range === null) return null;
  if (range.low !== null && share < range.low) return 'low';
  return range.high !== null && share > range.high ? 'high' : 'normal';
}
