/** @file Cells of a server and what was done to them -> records of a data set. */
import type { Case, Cell, Field, HistoryEntry } from '@leukoscope/contract';
import { type CellClass, isCellClass, rleFromString } from '@leukoscope/core';
import type { AnnotationRecord, ImageRecord } from '@leukoscope/datasets';

/** A case as it was fetched. */
export interface FetchedCase {
  readonly case: Case;
  /** Of its pictures. */
  readonly folder: string;
  readonly fields: readonly Field[];
  readonly cells: readonly Cell[];
  readonly history: readonly HistoryEntry[];
}

/** What became of the cells of a case. */
export interface FetchedImages {
  readonly images: readonly ImageRecord[];
  /** Seen, but left without a type. */
  readonly untyped: number;
}

/** One thing that was done to a cell. */
interface CellEvent {
  readonly at: string;
  readonly by: string;
  readonly action: HistoryEntry['action'];
  readonly from?: unknown;
  readonly to?: unknown;
  readonly reason?: string;
  readonly isUndone?: true;
}

/** The folder of a case's pictures: its number, as far as files may be called so; no two cases have one. */
export function folderOf(number: string, taken: Set<string>): string {
  const safe = number.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^\.+/, '') || 'case';
  let folder = safe;
  // Some disks do not tell capitals from small letters.
  for (let n = 2; taken.has(folder.toLowerCase()); n++) folder = `${safe}-${n}`;
  taken.add(folder.toLowerCase());
  return folder;
}

/** Where the picture of a field lies in the data set. */
export function pictureOf(folder: string, { position, mediaType }: Field): string {
  const extension = mediaType.slice('image/'.length).replace('jpeg', 'jpg');
  return `images/${folder}/${String(position).padStart(3, '0')}.${extension}`;
}

/** Write a case as images with records; `patient` stands for its patient, whose name stays on the server. */
export function toImages(
  { case: own, folder, fields, cells, history }: FetchedCase,
  patient: string,
  classes: readonly CellClass[],
): FetchedImages {
  const events = eventsByCell(history);
  const seen = cells.filter((cell) => cell.seen !== null && !cell.isDeleted);
  const typed = seen.flatMap(({ bin, ...cell }) => (isCellClass(bin) ? [{ ...cell, bin }] : []));
  return {
    untyped: seen.length - typed.length,
    images: fields.map((field) => ({
      id: field.id,
      file: pictureOf(folder, field),
      size: { width: field.width, height: field.height },
      slide: own.number,
      patient,
      annotations: typed
        .filter(({ fieldId }) => fieldId === field.id)
        .map((cell) => toRecord(cell, events.get(cell.id) ?? [], classes)),
    })),
  };
}

function toRecord(
  { id, bin, box, mask, model, origin, seen }: Omit<Cell, 'bin'> & { readonly bin: CellClass },
  events: readonly CellEvent[],
  classes: readonly CellClass[],
): AnnotationRecord {
  const called = model?.bin;
  return {
    classIndex: classes.indexOf(bin),
    box,
    ...(mask !== null && { mask: { kind: 'rle', rle: rleFromString(mask.counts, mask) } }),
    author: seen!.by.name,
    attributes: {
      cell_id: id,
      origin,
      seen_at: seen!.at,
      ...(model !== null && {
        model: model.modelId,
        model_type: called!,
        model_score: String(model.score),
      }),
      is_corrected: String(called !== bin),
      history: JSON.stringify(events),
    },
  };
}

function eventsByCell(history: readonly HistoryEntry[]): ReadonlyMap<string, CellEvent[]> {
  const byCell = new Map<string, CellEvent[]>();
  for (const { at, by, action, changes, reason, undoneBy } of history) {
    for (const { subject, id, before, after } of changes) {
      if (subject !== 'cell') continue;
      const [from, to] = [before?.['bin'], after?.['bin']];
      const event: CellEvent = {
        at,
        by: by.name,
        action,
        ...(from !== to && { from, to }),
        ...(reason !== null && { reason }),
        ...(undoneBy !== null && { isUndone: true }),
      };
      byCell.set(id, [...(byCell.get(id) ?? []), event]);
    }
  }
  return byCell;
}
