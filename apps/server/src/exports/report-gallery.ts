/** @file Pictures of the cells that a printed report shows. */
import { inArray } from 'drizzle-orm';
import type { Context } from '../context.ts';
import { fields } from '../db/schema.ts';
import { squareAround } from '../images/crop-square.ts';
import type { ChosenRow } from './choose-cells.ts';
import type { GalleryRow } from './pdf/write-pdf.ts';

const side = 120;
const zoom = 1.3;

/** Cut the pictures of chosen cells. */
export async function cutGallery(
  context: Context,
  rows: readonly ChosenRow[],
): Promise<GalleryRow[]> {
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

/** Also of fields that were removed since a version was signed: their images stay. */
async function displayHashes(
  context: Context,
  cells: readonly ChosenRow['cells'][number][],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(cells.map((cell) => cell.fieldId))];
  if (ids.length === 0) return new Map();
  const rows = await context.db.sql
    .select({ id: fields.id, sha256: fields.displaySha256 })
    .from(fields)
    .where(inArray(fields.id, ids));
  return new Map(rows.map((row) => [row.id, row.sha256]));
}
