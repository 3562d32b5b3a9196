/**
 * @file The kinds of cell that Leukoscope names, as one tree from fine to coarse.
 *
 * Every taxonomy (five types, eleven, ten marrow stages, ...) is a list of these classes; importers
 * map foreign names to them by name, never by position. The order of `cellClasses` is the row order
 * of reports: neutrophils first, then their precursors, ..., non-leukocytes last.
 */

interface CellClassFacts {
  /** Name as written in reports. */
  readonly name: string;
  /** The next coarser class. */
  readonly parent?: string;
}

/** Every class with its name and its parent. */
export const cellClasses = {
  leukocyte: { name: 'Leukocyte' },
  neutrophil: { name: 'Neutrophil', parent: 'leukocyte' },
  'segmented-neutrophil': { name: 'Segmented neutrophil', parent: 'neutrophil' },
  'band-neutrophil': { name: 'Band neutrophil', parent: 'neutrophil' },
  'immature-granulocyte': { name: 'Immature granulocyte', parent: 'leukocyte' },
  metamyelocyte: { name: 'Metamyelocyte', parent: 'immature-granulocyte' },
  myelocyte: { name: 'Myelocyte', parent: 'immature-granulocyte' },
  promyelocyte: { name: 'Promyelocyte', parent: 'immature-granulocyte' },
  blast: { name: 'Blast', parent: 'leukocyte' },
  myeloblast: { name: 'Myeloblast', parent: 'blast' },
  basophil: { name: 'Basophil', parent: 'leukocyte' },
  eosinophil: { name: 'Eosinophil', parent: 'leukocyte' },
  lymphocyte: { name: 'Lymphocyte', parent: 'leukocyte' },
  'reactive-lymphocyte': { name: 'Reactive lymphocyte', parent: 'lymphocyte' },
  monocyte: { name: 'Monocyte', parent: 'leukocyte' },
  'plasma-cell': { name: 'Plasma cell', parent: 'leukocyte' },
  erythroblast: { name: 'Erythroblast' },
  pronormoblast: { name: 'Pronormoblast', parent: 'erythroblast' },
  'basophilic-normoblast': { name: 'Basophilic normoblast', parent: 'erythroblast' },
  'polychromatic-normoblast': { name: 'Polychromatic normoblast', parent: 'erythroblast' },
  'orthochromatic-normoblast': { name: 'Orthochromatic normoblast', parent: 'erythroblast' },
  erythrocyte: { name: 'Erythrocyte' },
  platelet: { name: 'Platelet' },
  'giant-platelet': { name: 'Giant platelet', parent: 'platelet' },
  'smudge-cell': { name: 'Smudge cell' },
  artefact: { name: 'Artefact' },
} as const satisfies Record<string, CellClassFacts>;

/** The identifier of a kind of cell. */
export type CellClass = keyof typeof cellClasses;

/** Tell whether a text is the identifier of a cell class. */
export function isCellClass(text: string): text is CellClass {
  return Object.hasOwn(cellClasses, text);
}

/** Return the next coarser class, or undefined at the top. */
export function parentOf(cellClass: CellClass): CellClass | undefined {
  const facts: CellClassFacts = cellClasses[cellClass];
  return facts.parent !== undefined && isCellClass(facts.parent) ? facts.parent : undefined;
}

/** Return the class and all coarser ones, finest first. */
export function lineageOf(cellClass: CellClass): CellClass[] {
  const lineage: CellClass[] = [];
  for (let c: CellClass | undefined = cellClass; c !== undefined; c = parentOf(c)) lineage.push(c);
  return lineage;
}

/** Return the member of `classes` that the class belongs to, or undefined. */
export function coarsen(
  cellClass: CellClass,
  classes: readonly CellClass[],
): CellClass | undefined {
  return lineageOf(cellClass).find((c) => classes.includes(c));
}
