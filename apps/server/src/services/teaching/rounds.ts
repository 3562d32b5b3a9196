/** @file Rounds of teaching: begun, answered cell by cell, scored once all are answered. A round is its person's own. */
import { randomInt } from 'node:crypto';
import {
  type Actor,
  binsWithoutReview,
  needsReview,
  type TeachingAnswers,
  type TeachingRound,
  type TeachingSummary,
} from '@leukoscope/contract';
import { createRandom, isCellClass } from '@leukoscope/core';
import { and, desc, eq, isNotNull, notInArray, sql } from 'drizzle-orm';
import type { Context } from '../../context.ts';
import { cases, cells, fields, teachingRounds } from '../../db/schema.ts';
import { HttpError, missing } from '../../http-error.ts';
import { newId } from '../../new-id.ts';
import type { Caller } from '../actor.ts';
import { getSite } from '../site.ts';
import { chooseByTurns } from './choose-cells.ts';
import { scoreRound } from './score-round.ts';

type RoundRow = typeof teachingRounds.$inferSelect;

/** Fewer cells teach nothing. */
const leastCells = 10;
/** The newest signed cells are enough to choose from. */
const mostCells = 5000;
const mostRounds = 500;

/** Begin a round over cells of signed cases. */
export async function startTeaching(
  context: Context,
  actor: Actor,
  count: number,
): Promise<TeachingRound> {
  const signed = await context.db.sql
    .select({
      cellId: cells.id,
      bin: cells.bin,
      x1: cells.x1,
      y1: cells.y1,
      x2: cells.x2,
      y2: cells.y2,
    })
    .from(cells)
    .innerJoin(cases, eq(cases.id, cells.caseId))
    .innerJoin(fields, eq(fields.id, cells.fieldId))
    .where(
      and(
        eq(cases.state, 'signed'),
        isNotNull(cells.seenAt),
        eq(cells.isDeleted, false),
        eq(cells.isIncomplete, false),
        eq(fields.isRemoved, false),
        notInArray(cells.bin, ['unidentified', 'not-classed', ...binsWithoutReview]),
      ),
    )
    .orderBy(desc(cells.id))
    .limit(mostCells);
  if (signed.length < leastCells) {
    throw new HttpError(
      409,
      'TEACHING_FEW',
      `at least ${leastCells} cells of signed cases are needed to ask. Received ${signed.length}. Sign cases first.`,
    );
  }
  const chosen = chooseByTurns(signed, count, createRandom(randomInt(2 ** 31)));
  const now = context.clock();
  const [row] = await context.db.sql
    .insert(teachingRounds)
    .values({
      id: newId(now),
      by: actor,
      startedAt: now,
      cells: chosen.map(({ cellId, bin, ...box }) => ({ cellId, box, signed: bin, answer: null })),
    })
    .returning();
  return toRound(context, row!);
}

/** List rounds, newest first: one's own, or of everybody for an administrator. */
export async function listTeaching(
  context: Context,
  { actor, role }: Caller,
): Promise<TeachingSummary[]> {
  const own = sql`${teachingRounds.by} ->> 'id' = ${actor.id}`;
  const rows = await context.db.sql
    .select()
    .from(teachingRounds)
    .where(role === 'administrator' ? undefined : own)
    .orderBy(desc(teachingRounds.id))
    .limit(mostRounds);
  return rows.map(toSummary);
}

/** Get one's own round, or anybody's as an administrator. */
export async function getTeaching(
  context: Context,
  { actor, role }: Caller,
  id: string,
): Promise<TeachingRound> {
  const [row] = await context.db.sql.select().from(teachingRounds).where(eq(teachingRounds.id, id));
  if (row === undefined || (role !== 'administrator' && row.by.id !== actor.id)) {
    throw missing('round', id);
  }
  return toRound(context, row);
}

/** Answer cells of one's own round; the last answer ends it. */
export async function answerTeaching(
  context: Context,
  actor: Actor,
  id: string,
  { answers }: TeachingAnswers,
): Promise<TeachingRound> {
  const row = await context.db.transaction(async (tx) => {
    const [found] = await tx
      .select()
      .from(teachingRounds)
      .where(eq(teachingRounds.id, id))
      .for('update');
    if (found === undefined || found.by.id !== actor.id) throw missing('round', id);
    if (found.finishedAt !== null) {
      throw new HttpError(
        409,
        'TEACHING_OVER',
        'round must be open to be answered. Received one whose answers are shown. Begin a new one.',
      );
    }
    const told = new Map(answers.map(({ cellId, cellClass }) => [cellId, cellClass]));
    const strange = answers.find(({ cellId }) => !found.cells.some((one) => one.cellId === cellId));
    if (strange !== undefined) throw missing('cell', strange.cellId);
    const answered = found.cells.map((cell) => ({
      ...cell,
      answer: told.get(cell.cellId) ?? cell.answer,
    }));
    const isOver = answered.every(({ answer }) => answer !== null);
    const [saved] = await tx
      .update(teachingRounds)
      .set({ cells: answered, finishedAt: isOver ? context.clock() : null })
      .where(eq(teachingRounds.id, id))
      .returning();
    return saved!;
  });
  return toRound(context, row);
}

function toSummary(row: RoundRow): TeachingSummary {
  const answered = row.cells.flatMap(({ signed, answer }) =>
    answer === null ? [] : [{ signed, answer }],
  );
  return {
    id: row.id,
    by: row.by,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    cells: row.cells.length,
    answered: answered.length,
    result: row.finishedAt === null ? null : scoreRound(answered),
  };
}

async function toRound(context: Context, row: RoundRow): Promise<TeachingRound> {
  const site = await getSite(context.db.sql);
  const asked = new Set(row.cells.map(({ signed }) => signed));
  const isOver = row.finishedAt !== null;
  return {
    ...toSummary(row),
    cells: row.cells.map(({ signed, ...cell }) => ({ ...cell, signed: isOver ? signed : null })),
    // The types with a key, and those that are asked: which of them are, nobody sees.
    choices: site.classes
      .filter(({ cellClass, key }) => key !== null || asked.has(cellClass))
      .filter(({ cellClass }) => isCellClass(cellClass) && needsReview(cellClass))
      .map(({ cellClass, key }) => ({ cellClass, key })),
  };
}
