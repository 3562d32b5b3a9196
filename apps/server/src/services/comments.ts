/** @file Comments on cases and cells. */
import type { Actor, Comment, newCommentSchema } from '@leukoscope/contract';
import { and, asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Context } from '../context.ts';
import { cells, comments } from '../db/schema.ts';
import { HttpError, missing } from '../http-error.ts';
import { newId } from '../new-id.ts';
import { changeCase, checkOpen } from './case-change.ts';
import { checkCase } from './cells.ts';
import { toComment } from './rows.ts';

/** List a case's comments, oldest first. */
export async function listComments(context: Context, caseId: string): Promise<Comment[]> {
  await checkCase(context, caseId);
  const rows = await context.db.sql
    .select()
    .from(comments)
    .where(and(eq(comments.caseId, caseId), eq(comments.isWithdrawn, false)))
    .orderBy(asc(comments.id));
  return rows.map(toComment);
}

/** Comment on a case or one of its cells. */
export async function createComment(
  context: Context,
  actor: Actor,
  caseId: string,
  given: z.output<typeof newCommentSchema>,
): Promise<Comment> {
  const { text, cellId, isPrinted } = given;
  let made: Comment | undefined;
  await changeCase(context, actor, caseId, async ({ tx, row, now, written }) => {
    checkOpen(row);
    if (cellId !== null) {
      const [cell] = await tx.select().from(cells).where(eq(cells.id, cellId));
      if (cell?.caseId !== caseId) throw missing('cell', cellId);
    }
    const id = newId(now);
    const [saved] = await tx
      .insert(comments)
      .values({ id, caseId, cellId, text, isPrinted, by: actor, at: now, isWithdrawn: false })
      .returning();
    made = toComment(saved!);
    written.add('comments', [saved!]);
    const after = { text, cellId, isPrinted };
    return { action: 'comment.added', changes: [{ subject: 'comment', id, before: null, after }] };
  });
  return made!;
}

/** Withdraw one's own comment. */
export async function withdrawComment(context: Context, actor: Actor, id: string): Promise<void> {
  const [comment] = await context.db.sql.select().from(comments).where(eq(comments.id, id));
  if (comment === undefined || comment.isWithdrawn) throw missing('comment', id);
  if (comment.by.id !== actor.id) {
    throw new HttpError(
      403,
      'COMMENT_OF_OTHERS',
      `comment must be one's own to be withdrawn. Received one of ${comment.by.name}.`,
    );
  }
  await changeCase(context, actor, comment.caseId, async ({ tx, row, written }) => {
    checkOpen(row);
    const saved = await tx
      .update(comments)
      .set({ isWithdrawn: true })
      .where(eq(comments.id, id))
      .returning();
    written.add('comments', saved);
    const before = { text: comment.text };
    return {
      action: 'comment.withdrawn',
      changes: [{ subject: 'comment', id, before, after: null }],
    };
  });
}
