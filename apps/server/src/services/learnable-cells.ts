/**
 * @file Cells that can be learnt from: seen by a person, of a type, in signed cases or in those that were chosen.
 */
import type { Actor, CaseState, Learnable, LearningChoice } from '@leukoscope/contract';
import { type CellClass, isCellClass } from '@leukoscope/core';
import { and, desc, eq, inArray, isNotNull, ne, notInArray, type SQL, sql } from 'drizzle-orm';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { cases, cells, fields, history, learnings } from '../db/schema.ts';
import { modelInUse } from './model-choice.ts';

/** More cells teach no more, and take long; the newest count. */
const mostCells = 5000;
const mostCases = 500;
/** Bins that name no type of a white cell. */
const untyped = ['unidentified', 'not-classed', 'erythrocyte', 'platelet'] as const;

/** A cell that a person gave a type. */
export interface LearnableCell {
  readonly id: string;
  readonly caseId: string;
  readonly fieldId: string;
  /** Of its picture. */
  readonly sha256: string;
  readonly box: {
    readonly x1: number;
    readonly y1: number;
    readonly x2: number;
    readonly y2: number;
  };
  readonly label: CellClass;
  readonly by: Actor;
  /** The patient, or else the case: cells of one are never on both sides. */
  readonly group: string;
  /** The model had called it otherwise, or had not found it. */
  readonly isCorrected: boolean;
  readonly seenAt: Date;
}

/** Count the cells of a choice without what the model said of them, which is most of a cell and slow to read. */
export async function sizeOfChoice(handle: Sql, choice: LearningChoice): Promise<number> {
  const rows = await handle
    .select({ bin: cells.bin, by: cells.seenBy, seenAt: cells.seenAt })
    .from(cells)
    .innerJoin(fields, eq(fields.id, cells.fieldId))
    .innerJoin(cases, eq(cases.id, cells.caseId))
    .where(isInChoice(choice))
    .orderBy(desc(cells.seenAt), desc(cells.id))
    .limit(mostCells);
  return rows.filter((row) => isTaught(row, choice)).length;
}

/** Find the cells of a choice, newest first. */
export async function findLearnable(handle: Sql, choice: LearningChoice): Promise<LearnableCell[]> {
  const rows = await handle
    .select({
      id: cells.id,
      caseId: cells.caseId,
      fieldId: cells.fieldId,
      sha256: fields.sha256,
      x1: cells.x1,
      y1: cells.y1,
      x2: cells.x2,
      y2: cells.y2,
      bin: cells.bin,
      called: sql<string | null>`${cells.model} ->> 'cellClass'`,
      by: cells.seenBy,
      seenAt: cells.seenAt,
      patient: cases.patientReference,
    })
    .from(cells)
    .innerJoin(fields, eq(fields.id, cells.fieldId))
    .innerJoin(cases, eq(cases.id, cells.caseId))
    .where(isInChoice(choice))
    .orderBy(desc(cells.seenAt), desc(cells.id))
    .limit(mostCells);
  return rows.flatMap((row) => {
    if (!isTaught(row, choice)) return [];
    const { x1, y1, x2, y2, bin, called, by, seenAt, patient, ...cell } = row;
    const group = patient.trim() === '' ? cell.caseId : `patient ${patient.trim().toLowerCase()}`;
    return [
      {
        ...cell,
        box: { x1, y1, x2, y2 },
        label: bin,
        by,
        seenAt,
        group,
        isCorrected: called !== bin,
      },
    ];
  });
}

/** A cell as it is once somebody has given it a type. */
interface Taught {
  readonly bin: CellClass;
  readonly by: Actor;
  readonly seenAt: Date;
}

function isTaught<
  T extends { readonly bin: string; readonly by: Actor | null; readonly seenAt: Date | null },
>(cell: T, { leftOutPeople }: LearningChoice): cell is T & Taught {
  const { bin, by, seenAt } = cell;
  if (!isCellClass(bin) || by === null || seenAt === null) return false;
  return by.id === null || !leftOutPeople.includes(by.id);
}

function isInChoice({ caseIds, leftOut }: LearningChoice): SQL | undefined {
  return and(
    isNamed,
    isIn(caseIds),
    leftOut.length > 0 ? notInArray(cells.id, leftOut) : undefined,
  );
}

const isNamed = and(
  isNotNull(cells.seenAt),
  eq(cells.isDeleted, false),
  eq(fields.isRemoved, false),
  ne(cases.state, 'discarded'),
  notInArray(cells.bin, [...untyped]),
);

function isIn(caseIds: readonly string[] | null): SQL | undefined {
  if (caseIds === null) return eq(cases.state, 'signed');
  return caseIds.length === 0 ? sql`false` : inArray(cells.caseId, [...caseIds]);
}

/** Count what a choice holds. */
export async function countLearnable(context: Context, choice: LearningChoice): Promise<Learnable> {
  const handle = context.db.sql;
  const chosen = await findLearnable(handle, choice);
  const byType = tally(chosen, ({ label }) => label);
  const byPerson = tally(chosen, ({ by }) => `${by.kind} ${by.id}`);
  return {
    parentId: (await modelInUse(handle, context)).id,
    cases: await listCases(handle, new Set(chosen.map(({ caseId }) => caseId))),
    cells: chosen.length,
    isCut: chosen.length >= mostCells,
    corrected: chosen.filter(({ isCorrected }) => isCorrected).length,
    byType: byType.map(({ first, ...counts }) => ({ cellClass: first.label, ...counts })),
    byPerson: byPerson.map(({ first, ...counts }) => ({ by: first.by, ...counts })),
    disagreements: await findDisagreements(handle, chosen),
    newCells: await countNew(handle, chosen),
  };
}

/** Count cells by a key, most first. */
function tally(chosen: readonly LearnableCell[], keyOf: (cell: LearnableCell) => string) {
  return [...Map.groupBy(chosen, keyOf).values()]
    .map((group) => ({
      first: group[0]!,
      cells: group.length,
      corrected: group.filter(({ isCorrected }) => isCorrected).length,
    }))
    .sort((a, b) => b.cells - a.cells);
}

async function listCases(handle: Sql, chosen: ReadonlySet<string>): Promise<Learnable['cases']> {
  const rows = await handle
    .select({
      id: cases.id,
      number: cases.number,
      state: cases.state,
      cells: sql<number>`count(*)`.mapWith(Number),
    })
    .from(cells)
    .innerJoin(fields, eq(fields.id, cells.fieldId))
    .innerJoin(cases, eq(cases.id, cells.caseId))
    .where(isNamed)
    .groupBy(cases.id)
    .orderBy(desc(cases.id))
    .limit(mostCases);
  return rows.map((row: { id: string; number: string; state: CaseState; cells: number }) => ({
    ...row,
    isChosen: chosen.has(row.id),
  }));
}

/** Cells that one person moved after another had given them a type; what was undone does not count. */
async function findDisagreements(
  handle: Sql,
  chosen: readonly LearnableCell[],
): Promise<Learnable['disagreements']> {
  const caseIds = [...new Set(chosen.map(({ caseId }) => caseId))];
  if (caseIds.length === 0) return [];
  const isChosen = new Set(chosen.map(({ id }) => id));
  const entries = await handle
    .select({ id: history.id, by: history.by, changes: history.changes })
    .from(history)
    .where(and(inArray(history.caseId, caseIds), eq(history.action, 'cells.reclassified')));
  const undone = await handle
    .select({ undoes: history.undoes })
    .from(history)
    .where(and(inArray(history.caseId, caseIds), isNotNull(history.undoes)));
  const isUndone = new Set(undone.map(({ undoes }) => undoes));
  const found = new Map<string, Learnable['disagreements'][number]>();
  for (const { id, by, changes } of entries) {
    if (isUndone.has(id)) continue;
    for (const { id: cellId, before, after } of changes) {
      const first = namedBy(before);
      const [from, to] = [before?.['bin'], after?.['bin']];
      if (!isChosen.has(cellId) || first === undefined || first.id === by.id) continue;
      if (!isType(from) || !isType(to) || from === to) continue;
      const key = `${first.id} ${by.id} ${from} ${to}`;
      const known = found.get(key);
      const cellsSoFar = known?.cells ?? 0;
      found.set(key, { first, second: by, before: from, after: to, cells: cellsSoFar + 1 });
    }
  }
  return [...found.values()].sort((a, b) => b.cells - a.cells);
}

function isType(value: unknown): value is CellClass {
  return typeof value === 'string' && isCellClass(value);
}

/** Who had seen a cell before a change, as the history holds it. */
function namedBy(before: Record<string, unknown> | null): Actor | undefined {
  const seen = before?.['seen'];
  if (typeof seen !== 'object' || seen === null || !('by' in seen)) return undefined;
  return seen.by as Actor;
}

/** Cells that were named since the run began that was accepted last. */
async function countNew(handle: Sql, chosen: readonly LearnableCell[]): Promise<number> {
  const [last] = await handle
    .select({ at: learnings.createdAt })
    .from(learnings)
    .where(eq(learnings.state, 'accepted'))
    .orderBy(desc(learnings.id))
    .limit(1);
  return last === undefined
    ? chosen.length
    : chosen.filter(({ seenAt }) => seenAt > last.at).length;
}
