/** @file Which cells a printed report shows, and their pictures. */
import type { Bin, Cell } from '@leukoscope/contract';
import { inArray } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { fields } from '../db/schema.ts';
import { squareAround } from '../images/crop-square.ts';
import type { Snapshot } from '../services/snapshot-form.ts';
import type { GalleryRow } from './pdf/write-pdf.ts';

const picturesPerType = 6;
const side = 120;
const zoom = 1.3;

/** Cut pictures of some cells of each type; types in the order of the differential. */
export async function makeGallery(context: Context, snapshot: Snapshot): Promise<GalleryRow[]> {
  const rows = chooseCells(snapshot);
  const wanted = rows.flatMap((row) => row.cells);
  const pictures = new Map<string, Uint8Array>();
  for (const [fieldId, sha256] of await displayHashes(context, wanted)) {
    const own = wanted.filter((cell) => cell.fieldId === fieldId);
    const squares = own.map((cell) => squareAround(cell.box, { zoom }));
    const image = { sha256, read: () => context.store.read(sha256) };
    const crops = await context.pictures.cutCrops(image, squares, side);
    for (const [i, cell] of own.entries()) pictures.set(cell.id, crops[i]!);
  }
  return rows.map(({ bin, name, count, cells }) => ({
    bin,
    name,
    count,
    pictures: cells.map((cell) => pictures.get(cell.id)!),
  }));
}

/** Whole cells of which the model was most certain come first; added ones last. */
function chooseCells({ differential, cells }: Snapshot) {
  const types: { bin: Bin; name: string }[] = [
    ...differential.rows,
    ...differential.nonLeukocytes,
  ].map(({ cellClass, name }) => ({ bin: cellClass, name }));
  const bins: { bin: Bin; name: string }[] = [
    ...types,
    { bin: 'unidentified', name: 'Unidentified' },
  ];
  return bins.flatMap(({ bin, name }) => {
    const own = cells.filter((cell) => cell.bin === bin);
    if (own.length === 0) return [];
    const best = [...own].sort((a, b) => rankOf(b) - rankOf(a)).slice(0, picturesPerType);
    return [{ bin, name, count: own.length, cells: best }];
  });
}

function rankOf({ isIncomplete, model }: Cell): number {
  return (isIncomplete ? 0 : 1) + (model?.score ?? -1);
}

/** Also of fields that were removed since a version was signed: their images stay. */
async function displayHashes(
  context: Context,
  cells: readonly Cell[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(cells.map((cell) => cell.fieldId))];
  if (ids.length === 0) return new Map();
  const rows = await context.db.sql
    .select({ id: fields.id, sha256: fields.displaySha256 })
    .from(fields)
    .where(inArray(fields.id, ids));
  return new Map(rows.map((row) => [row.id, row.sha256]));
}
