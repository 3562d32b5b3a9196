/** @file Rows of tables -> resources of the contract. */
import type {
  Cell,
  Comment,
  Field,
  HistoryEntry,
  Job,
  Signature,
  Upload,
} from '@leukoscope/contract';
import type { cells, comments, fields, history, jobs, signatures, uploads } from '../db/schema.ts';
import { kindOfJob } from './job-events.ts';

/** A row of the table of cells. */
export type CellRow = typeof cells.$inferSelect;
/** A row of the table of fields. */
export type FieldRow = typeof fields.$inferSelect;

/** Make a cell. */
export function toCell(row: CellRow): Cell {
  return {
    id: row.id,
    caseId: row.caseId,
    fieldId: row.fieldId,
    origin: row.model === null ? 'person' : 'model',
    revision: row.revision,
    changedIn: row.changedIn,
    box: { x1: row.x1, y1: row.y1, x2: row.x2, y2: row.y2 },
    mask: row.mask,
    bin: row.bin,
    model: row.model,
    isIncomplete: row.isIncomplete,
    isUnsure: row.isUnsure,
    seen: row.seenBy === null ? null : { by: row.seenBy, at: row.seenAt!.toISOString() },
    isDeleted: row.isDeleted,
  };
}

/** Make a field; `cellCount` counts those that are not deleted. */
export function toField(row: FieldRow, cellCount: number): Field {
  return {
    id: row.id,
    caseId: row.caseId,
    position: row.position,
    fileName: row.fileName,
    sha256: row.sha256,
    mediaType: row.mediaType,
    sizeBytes: row.sizeBytes,
    width: row.width,
    height: row.height,
    pixelSizeUm: row.pixelSizeUm,
    revision: row.revision,
    state: row.state,
    failure: row.failure,
    analysis: row.analysis,
    flags: row.flags,
    cells: cellCount,
    createdAt: row.createdAt.toISOString(),
  };
}

/** Make a history entry. */
export function toHistoryEntry(
  row: Omit<typeof history.$inferSelect, 'rows'> & { readonly rows?: unknown },
  undoneBy: string | null,
): HistoryEntry {
  const { rows: _, keyId: __, requestSha256: ___, ...rest } = row;
  return { ...rest, at: row.at.toISOString(), undoneBy };
}

/** Make a comment. */
export function toComment(row: typeof comments.$inferSelect): Comment {
  const { isWithdrawn: _, ...rest } = row;
  return { ...rest, isPrinted: row.isPrinted ?? true, at: row.at.toISOString() };
}

/** Make a signature. */
export function toSignature(row: typeof signatures.$inferSelect): Signature {
  const { caseId: _, isWithdrawn: __, ...rest } = row;
  return { ...rest, at: row.at.toISOString() };
}

/** Read a signature of a stored version: those of older servers lack what newer ones say. */
export function storedSignature(given: Partial<Signature> & StoredBefore): Signature {
  return { account: null, meaning: null, reason: null, sha256: null, ...given };
}

/** What every stored signature says. */
type StoredBefore = Pick<Signature, 'id' | 'version' | 'by' | 'at'>;

/** Make an upload. */
export function toUpload(row: typeof uploads.$inferSelect): Upload {
  return {
    id: row.id,
    caseId: row.caseId,
    fileName: row.fileName,
    sizeBytes: row.sizeBytes,
    offset: row.offset,
    fieldId: row.fieldId,
    createdAt: row.createdAt.toISOString(),
  };
}

/** Make a job. */
export function toJob(row: typeof jobs.$inferSelect): Job {
  return {
    ...row,
    kind: kindOfJob(row),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
