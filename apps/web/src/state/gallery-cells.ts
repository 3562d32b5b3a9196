/**
 * @file Which cells the gallery shows, in which order: by bin in the order of reports, or all in one queue
 * with the least certain first.
 */
import { teachingOrder } from '@leukoscope/analysis/teaching';
import type { Bin, Cell } from '@leukoscope/contract';
import { reasonWords } from '@leukoscope/core';
import { binName, binOrder } from './bins.ts';
import { isUnseen } from './unseen-cells.ts';
import { isUnsure } from './unsure-cells.ts';

/** A property of cells that the gallery can be narrowed to. */
export type CellFlag = 'unsure' | 'incomplete' | 'unseen' | 'changed' | 'added' | 'unidentified';

/** What is shown. Several flags: cells that have all of them. */
export interface GalleryFilter {
  readonly flags: ReadonlySet<CellFlag>;
  /** Null: all fields. */
  readonly fieldId: string | null;
  /** Scores of the model, 0..1, both inclusive. Cells without a score are shown by the whole range only. */
  readonly score: readonly [number, number];
  /** Words that must all be said of a cell: its bin, or what the model saw of it. */
  readonly text: string;
}

/** Everything. */
export const wholeFilter: GalleryFilter = {
  flags: new Set(),
  fieldId: null,
  score: [0, 1],
  text: '',
};

/**
 * `uncertain`: the least certain first, those the model did not trust before all others, whoever has seen
 * them since: cells must not jump when they are confirmed. `certain`: the other way round.
 * `likeness`: by the model's probability of the bin the cell lies in, highest first, so that strangers stand
 * at the end. `teaching`: those whose names would teach a model most, as the model saw them: nobody's naming moves
 * another cell. `nucleus`: the largest nucleus for its cell first. `lobes`: the most lobed nucleus first. `field`: as they
 * lie in the fields.
 */
export type GallerySort =
  | 'uncertain'
  | 'certain'
  | 'likeness'
  | 'teaching'
  | 'nucleus'
  | 'lobes'
  | 'field';

/** By bins, or all cells in one queue. */
export type GalleryView = 'bins' | 'queue';

/** The cells of one bin, in order. `bin` is null for the queue. */
export interface CellGroup {
  readonly bin: Bin | null;
  readonly cells: readonly Cell[];
  /** How many cells lie in the bin, also those that the filter hides. */
  readonly all: number;
  /** Of those shown. */
  readonly unseen: number;
}

/** Put cells into their bins; empty bins are left out. */
export function groupCells(
  all: Iterable<Cell>,
  options: {
    readonly filter: GalleryFilter;
    readonly sort: GallerySort;
    readonly view: GalleryView;
  },
): CellGroup[] {
  const { filter, sort, view } = options;
  const cells = [...all];
  const shown = new Map<Bin | null, Cell[]>();
  const keyOf = sort === 'teaching' ? teachingKey(cells) : certaintyKey(sort);
  const counts = new Map<Bin | null, number>();
  for (const cell of cells) {
    const key = view === 'bins' ? cell.bin : null;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (!isShown(cell, filter)) continue;
    const group = shown.get(key);
    if (group === undefined) shown.set(key, [cell]);
    else group.push(cell);
  }
  const order: readonly (Bin | null)[] = view === 'bins' ? binOrder : [null];
  return order.flatMap((bin) => {
    const group = shown.get(bin);
    if (group === undefined) return [];
    const sorted = keyOf === undefined ? group : sortCells(group, keyOf);
    const unseen = sorted.filter(isUnseen).length;
    return [{ bin, cells: sorted, all: counts.get(bin) ?? 0, unseen }];
  });
}

/** Tell whether a cell has a property. */
export function hasFlag(cell: Cell, flag: CellFlag): boolean {
  switch (flag) {
    case 'unsure':
      return isUnsure(cell);
    case 'incomplete':
      return cell.isIncomplete;
    case 'unseen':
      return isUnseen(cell);
    case 'changed':
      return cell.model !== null && cell.bin !== cell.model.bin;
    case 'added':
      return cell.origin === 'person';
    case 'unidentified':
      return cell.bin === 'unidentified';
  }
}

/** Tell whether a filter hides anything at all. */
export function isWhole({ flags, fieldId, score, text }: GalleryFilter): boolean {
  return (
    flags.size === 0 && fieldId === null && score[0] <= 0 && score[1] >= 1 && text.trim() === ''
  );
}

/** How probable the model finds the bin in which the cell lies; undefined when it says nothing of it. */
export function likenessOf({ bin, model }: Cell): number | undefined {
  return model?.probabilities.find(({ cellClass }) => cellClass === bin)?.probability;
}

/** Tell whether all words of a text are said of a cell, each from a word's beginning: "seg" finds "segmented". */
function isSaid(cell: Cell, text: string): boolean {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return true;
  const said =
    ` ${binName(cell.bin)} ${cell.model === null ? '' : reasonWords(cell.model)}`.toLowerCase();
  return wanted.every((word) => said.includes(` ${word}`));
}

function isShown(cell: Cell, { flags, fieldId, score, text }: GalleryFilter): boolean {
  if (fieldId !== null && cell.fieldId !== fieldId) return false;
  for (const flag of flags) if (!hasFlag(cell, flag)) return false;
  if (!isSaid(cell, text)) return false;
  const [low, high] = score;
  if (low <= 0 && high >= 1) return true;
  return cell.model !== null && cell.model.score >= low && cell.model.score <= high;
}

/** Lowest first; undefined: as they lie. */
function certaintyKey(
  sort: Exclude<GallerySort, 'teaching'>,
): ((cell: Cell) => number) | undefined {
  if (sort === 'field') return undefined;
  // Cells without a nucleus stand behind all others.
  if (sort === 'nucleus') return ({ model }) => -(model?.nucleus?.share ?? -1);
  if (sort === 'lobes') return ({ model }) => -(model?.nucleus?.lobes ?? -1);
  if (sort === 'likeness') return (cell) => -(likenessOf(cell) ?? 0);
  // A person's own cells are certain.
  const certainty = ({ model, isUnsure: isDoubted }: Cell) =>
    (model?.score ?? 1) - (isDoubted ? 1 : 0);
  return sort === 'uncertain' ? certainty : (cell) => -certainty(cell);
}

/** More than anybody names in one go are not chosen one by one. */
const mostTaught = 200;

/** The place in the order of teaching; cells without probabilities teach nothing and stand at the end. */
function teachingKey(cells: readonly Cell[]): (cell: Cell) => number {
  const teachable = cells.filter(({ model }) => (model?.probabilities.length ?? 0) > 0);
  const kinds = [
    ...new Set(teachable.flatMap((cell) => cell.model!.probabilities.map((p) => p.cellClass))),
  ];
  const order = teachingOrder(
    teachable.map(({ model }) => {
      const known = new Map(model!.probabilities.map((p) => [p.cellClass, p.probability]));
      return { probabilities: kinds.map((kind) => known.get(kind) ?? 0) };
    }),
    { most: mostTaught },
  );
  const places = new Map(order.map((n, place) => [teachable[n]!.id, place]));
  return ({ id }) => places.get(id) ?? places.size;
}

function sortCells(cells: readonly Cell[], keyOf: (cell: Cell) => number): readonly Cell[] {
  const keyed = cells.map((cell) => ({ cell, key: keyOf(cell) }));
  // Cells of one key keep the order of their fields: sorting is stable.
  keyed.sort((a, b) => a.key - b.key);
  return keyed.map(({ cell }) => cell);
}
