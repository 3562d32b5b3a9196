/**
 * @file Reviews: confirm, reclassify, redraw, delete, add, undo. Each is one transaction and one
 * history entry; a cell that somebody else changed meanwhile refuses the whole review (409).
 */
import type {
  Actor,
  Bin,
  Cell,
  HistoryChange,
  MaskJson,
  NewReview,
  ReviewResult,
} from '@leukoscope/contract';
import { binSchema, boxSchema, maskSchema } from '@leukoscope/contract';
import { type Box, LeukoscopeError, rleArea, rleFromString } from '@leukoscope/core';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { canonicalJson, sha256Hex } from '../canonical-json.ts';
import type { Context } from '../context.ts';
import type { Sql } from '../db/database.ts';
import { cells, fields, history } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import type { HistoryRow } from '../ledger/seals.ts';
import { newId } from '../new-id.ts';
import { type CaseWork, type Change, changeCase, checkOpen } from './case-change.ts';
import { type CellRow, toCell, toHistoryEntry } from './rows.ts';

/** What of a cell a review can change, as history entries hold it. */
interface Patch {
  bin?: Bin;
  box?: Box;
  mask?: MaskJson | null;
  seen?: Cell['seen'];
  isDeleted?: boolean;
}

const patchSchema = z.object({
  bin: binSchema.optional(),
  box: boxSchema.optional(),
  mask: maskSchema.nullable().optional(),
  seen: z.custom<Cell['seen']>().optional(),
  isDeleted: z.boolean().optional(),
});

/** Do a review. Sent again with one id, also at the same time, it is done once and answered alike. */
export async function createReview(
  context: Context,
  actor: Actor,
  caseId: string,
  review: NewReview,
): Promise<ReviewResult> {
  const sent: SentReview = {
    id: review.id,
    sha256: sha256Hex(canonicalJson({ caseId, by: actor.id, review })),
  };
  const touched: CellRow[] = [];
  let done: HistoryRow | undefined;
  const { entry } = await changeCase(context, actor, caseId, async (given) => {
    // The case is locked: an earlier try has either been stored by now or was given up.
    done = await findDone(given.tx, sent);
    if (done !== undefined) return undefined;
    checkOpen(given.row);
    const change = await act({ ...given, touched }, actor, review);
    return change.changes.length === 0
      ? undefined
      : { ...change, id: review.id, reason: review.reason, requestSha256: sent.sha256 };
  });
  if (done !== undefined) return resultOf(context, done);
  if (entry === undefined) {
    throw new HttpError(
      409,
      'REVIEW_NOTHING',
      'review must change something. Received one after which every cell is as before. Nothing was stored.',
    );
  }
  return { entry: toHistoryEntry(entry, null), cells: touched.map(toCell) };
}

/** What a review's work gets. */
interface ReviewWork extends CaseWork {
  /** Takes the rows that were written, as they are now. */
  readonly touched: CellRow[];
}

/** What tells a review that is sent again from another with the same id. */
interface SentReview {
  readonly id: string | undefined;
  readonly sha256: string;
}

/** Find what a review did that came before; throw when another thing has its id. */
async function findDone(tx: Sql, { id, sha256 }: SentReview): Promise<HistoryRow | undefined> {
  if (id === undefined) return undefined;
  // Two cases are two locks: this one makes a second case wait for the first, and then see what it stored.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`);
  const [done] = await tx.select().from(history).where(eq(history.id, id));
  if (done === undefined || done.requestSha256 === sha256) return done;
  throw new HttpError(
    409,
    'REVIEW_ID_TAKEN',
    `review id must be new, or come with the review that had it first. Received ${id} with another. Nothing was stored. Take a new id.`,
  );
}

/** Answer a review again that was done before. */
async function resultOf(context: Context, entry: HistoryRow): Promise<ReviewResult> {
  const ids = entry.changes.map((change) => change.id);
  const rows = await context.db.sql.select().from(cells).where(inArray(cells.id, ids));
  const [undo] = await context.db.sql.select().from(history).where(eq(history.undoes, entry.id));
  return { entry: toHistoryEntry(entry, undo?.id ?? null), cells: rows.map(toCell) };
}

async function act(work: ReviewWork, actor: Actor, review: NewReview): Promise<Change> {
  const { action } = review;
  const seen = { by: actor, at: work.now.toISOString() };
  switch (action.kind) {
    case 'add':
      return add(work, seen, action);
    case 'undo':
      return undo(work, action.historyId);
    case 'see': {
      const rows = (await cellsAsSeen(work, action.cells)).filter((row) => row.seenAt === null);
      return { action: 'cells.seen', changes: await patchAll(work, rows, () => ({ seen })) };
    }
    case 'reclassify': {
      const rows = await cellsAsSeen(work, action.cells);
      const { bin } = action;
      return {
        action: 'cells.reclassified',
        changes: await patchAll(work, rows, () => ({ bin, seen })),
      };
    }
    case 'redraw': {
      const rows = await cellsAsSeen(work, action.cells);
      const { box, mask } = action;
      await checkOutline(work.tx, rows[0]!.fieldId, box, mask);
      return {
        action: 'cells.redrawn',
        changes: await patchAll(work, rows, () => ({ box, mask, seen })),
      };
    }
    case 'delete': {
      const rows = await cellsAsSeen(work, action.cells);
      return {
        action: 'cells.deleted',
        changes: await patchAll(work, rows, () => ({ isDeleted: true })),
      };
    }
  }
}

/** Fetch the cells of a review, of its locked case, and check that each is there as the reviewer saw it. */
async function cellsAsSeen(
  work: ReviewWork,
  refs: readonly { id: string; revision: number }[],
): Promise<CellRow[]> {
  const revisions = new Map(refs.map((ref) => [ref.id, ref.revision]));
  const rows = await work.tx
    .select()
    .from(cells)
    .where(and(eq(cells.caseId, work.row.id), inArray(cells.id, [...revisions.keys()])));
  const found = new Set(rows.map((row) => row.id));
  const gone = [...revisions.keys()].find((id) => !found.has(id));
  if (gone !== undefined) throw missing('cell', gone);
  const changed = rows.filter((row) => row.revision !== revisions.get(row.id));
  if (changed.length > 0) {
    throw new HttpError(
      409,
      'REVISION_STALE',
      `cells must be changed from their newest revision. Received ${changed.length} of ${rows.length} that others have changed since. Look at them again and repeat the review.`,
      { details: { cells: changed.map(toCell) } },
    );
  }
  const deleted = rows.find((row) => row.isDeleted);
  if (deleted !== undefined) {
    throw new HttpError(
      409,
      'CELL_DELETED',
      `cell must not be deleted to be reviewed. Received ${deleted.id}. Undo its deletion first.`,
    );
  }
  return rows;
}

async function add(
  work: ReviewWork,
  seen: NonNullable<Cell['seen']>,
  action: Extract<NewReview['action'], { kind: 'add' }>,
): Promise<Change> {
  const { fieldId, box, mask, bin } = action;
  await checkOutline(work.tx, fieldId, box, mask, work.row.id);
  const id = newId(work.now);
  const made = await work.tx
    .insert(cells)
    .values({
      id,
      caseId: work.row.id,
      fieldId,
      revision: 0,
      changedIn: work.sequence,
      ...box,
      mask,
      bin,
      isIncomplete: false,
      isUnsure: false,
      seenBy: seen.by,
      seenAt: work.now,
      isDeleted: false,
    })
    .returning();
  work.touched.push(...made);
  work.written.add('cells', made);
  const after = { fieldId, box, mask, bin, seen, isDeleted: false };
  return { action: 'cells.added', changes: [{ subject: 'cell', id, before: null, after }] };
}

async function undo(work: ReviewWork, historyId: string): Promise<Change> {
  const [entry] = await work.tx
    .select()
    .from(history)
    .where(and(eq(history.id, historyId), eq(history.caseId, work.row.id)));
  if (entry === undefined) throw missing('history', historyId);
  if (!entry.action.startsWith('cells.')) {
    throw new HttpError(
      409,
      'UNDO_KIND',
      `undo must name a review. Received an entry of kind ${entry.action}.`,
    );
  }
  const [earlier] = await work.tx.select().from(history).where(eq(history.undoes, historyId));
  if (earlier !== undefined) {
    throw new HttpError(
      409,
      'UNDO_DONE',
      `review must not be undone already. Received ${historyId}. Undo the undo to bring it back.`,
      {
        details: { undoneBy: earlier.id },
      },
    );
  }
  const changes = new Map(entry.changes.map((change) => [change.id, change]));
  const rows = await work.tx
    .select()
    .from(cells)
    .where(inArray(cells.id, [...changes.keys()]));
  const differs = rows.filter((row) => {
    const after = patchSchema.parse(changes.get(row.id)!.after);
    return canonicalJson(after) !== canonicalJson(pick(row, keysOf(after)));
  });
  if (differs.length > 0) {
    throw new HttpError(
      409,
      'UNDO_STALE',
      `cells must be as the review left them to undo it. Received ${differs.length} of ${rows.length} that were changed since. Undo those changes first.`,
      { details: { cells: differs.map(toCell) } },
    );
  }
  const patched = await patchAll(work, rows, (row) => {
    const { before } = changes.get(row.id)!;
    // A cell that did not exist before is deleted again.
    return before === null ? { isDeleted: true } : patchSchema.parse(before);
  });
  return { action: 'cells.undone', changes: patched, undoes: historyId };
}

/** Patch cells and describe what changed. Cells with the same patch are written by one statement. */
async function patchAll(
  work: ReviewWork,
  rows: readonly CellRow[],
  patchOf: (row: CellRow) => z.output<typeof patchSchema>,
): Promise<HistoryChange[]> {
  const groups = new Map<string, { patch: z.output<typeof patchSchema>; ids: string[] }>();
  const changes: HistoryChange[] = [];
  for (const row of rows) {
    const patch = patchOf(row);
    const before = pick(row, keysOf(patch));
    const key = canonicalJson(patch);
    const group = groups.get(key) ?? { patch, ids: [] };
    group.ids.push(row.id);
    groups.set(key, group);
    changes.push({ subject: 'cell', id: row.id, before: { ...before }, after: { ...patch } });
  }
  for (const { patch, ids } of groups.values()) {
    const written = await work.tx
      .update(cells)
      .set({ ...columnsOf(patch), revision: sql`${cells.revision} + 1`, changedIn: work.sequence })
      .where(inArray(cells.id, ids))
      .returning();
    work.touched.push(...written);
    work.written.add('cells', written);
  }
  return changes;
}

function keysOf(patch: object): string[] {
  return Object.keys(patch).filter((key) => key in patchSchema.shape);
}

function pick(row: CellRow, keys: readonly string[]): Patch {
  const { bin, box, mask, seen, isDeleted } = toCell(row);
  const all = { bin, box, mask, seen, isDeleted };
  return Object.fromEntries(Object.entries(all).filter(([key]) => keys.includes(key)));
}

function columnsOf(patch: z.output<typeof patchSchema>): Partial<CellRow> {
  const { bin, box, mask, seen, isDeleted } = patch;
  return {
    ...(bin === undefined ? {} : { bin }),
    ...(box === undefined ? {} : box),
    ...(mask === undefined ? {} : { mask }),
    ...(seen === undefined
      ? {}
      : { seenBy: seen?.by ?? null, seenAt: seen === null ? null : new Date(seen.at) }),
    ...(isDeleted === undefined ? {} : { isDeleted }),
  };
}

/** Throw unless box and mask lie in the field. */
async function checkOutline(
  tx: Sql,
  fieldId: string,
  box: Box,
  mask: MaskJson | null,
  caseId?: string,
): Promise<void> {
  const [field] = await tx.select().from(fields).where(eq(fields.id, fieldId));
  const isElsewhere = caseId !== undefined && field?.caseId !== caseId;
  if (field === undefined || field.isRemoved || isElsewhere) throw missing('field', fieldId);
  const { width, height } = field;
  if (box.x1 < 0 || box.y1 < 0 || box.x2 > width || box.y2 > height) {
    throw new HttpError(
      422,
      'CELL_OUTSIDE',
      `box must lie in the field of ${width} x ${height} pixels. Received ${JSON.stringify(box)}. Clip it first.`,
    );
  }
  if (mask === null) return;
  if (mask.width !== width || mask.height !== height) {
    throw new HttpError(
      422,
      'CELL_MASK',
      `mask must have the field's size of ${width} x ${height} pixels. Received ${mask.width} x ${mask.height}.`,
    );
  }
  try {
    if (rleArea(rleFromString(mask.counts, mask)) > 0) return;
  } catch (cause) {
    if (!(cause instanceof LeukoscopeError)) throw cause;
    throw new HttpError(422, 'CELL_MASK', `mask must be compressed run lengths: ${cause.message}`, {
      cause,
    });
  }
  throw new HttpError(
    422,
    'CELL_MASK',
    'mask must have a pixel. Received an empty one. Send null instead.',
  );
}
