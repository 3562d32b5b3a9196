/**
 * @file Foreign class names -> cell classes. What is unknown or ambiguous is said, never guessed.
 */
import { type CellClass, cellClasses, isCellClass, lineageOf } from '../cell-class.ts';
import { ambiguousNames, cellClassNames } from './cell-class-names.ts';

/** What a foreign name means. */
export type ParsedCellClass =
  | { readonly kind: 'known'; readonly cellClass: CellClass }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly CellClass[] }
  | { readonly kind: 'unknown' };

/** How to read names. */
export interface ParseCellClassOptions {
  /**
   * The classes in question, which decide ambiguous abbreviations ("M" among the five types is the
   * monocyte). @default all
   */
  readonly among?: readonly CellClass[];
}

const names = indexNames();
const ambiguous = new Map(
  Object.entries(ambiguousNames).map(([name, candidates]) => [keyOf(name), candidates]),
);
const longestName = 80;

/** Map a name as data sets write it to a cell class: case, spaces, underscores and plural do not matter. */
export function parseCellClass(text: string, options: ParseCellClassOptions = {}): ParsedCellClass {
  const { among } = options;
  // A name this long is a sentence: unknown, and not worth normalising.
  if (text.length > longestName) return { kind: 'unknown' };
  for (const key of formsOf(text)) {
    const cellClass = names.get(key);
    if (cellClass !== undefined) return { kind: 'known', cellClass };
    const candidates = ambiguous.get(key);
    if (candidates === undefined) continue;
    const left =
      among === undefined
        ? candidates
        : candidates.filter((c) => lineageOf(c).some((coarser) => among.includes(coarser)));
    if (left.length === 1) return { kind: 'known', cellClass: left[0]! };
    return { kind: 'ambiguous', candidates: left.length === 0 ? candidates : left };
  }
  return { kind: 'unknown' };
}

/** Forms under which a name is looked up: as it is, without plural, without "cell". */
function formsOf(text: string): Set<string> {
  const key = keyOf(text);
  const forms = new Set<string>();
  for (const form of [key, key.replace(/s$/, '')]) {
    if (form === '') continue;
    forms.add(form);
    const bare = form.replace(/cell$/, '');
    if (bare !== '') forms.add(bare);
  }
  return forms;
}

/** Reduce to lower-case letters and digits, accents removed. */
function keyOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function indexNames(): Map<string, CellClass> {
  const index = new Map<string, CellClass>();
  for (const cellClass of Object.keys(cellClasses)) {
    if (!isCellClass(cellClass)) continue;
    for (const name of [cellClass, cellClasses[cellClass].name, ...cellClassNames[cellClass]]) {
      index.set(keyOf(name), cellClass);
    }
  }
  return index;
}
