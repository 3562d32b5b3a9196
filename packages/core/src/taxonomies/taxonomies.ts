/**
 * @file The lists of cell classes that models and data sets are about, each in its source's order.
 *
 * A taxonomy is data: class index i of a model means `taxonomies[name].classes[i]`. Fine classes map
 * to coarse taxonomies through the tree (`coarsen`).
 */
import type { CellClass } from '../cell-class.ts';

/** A list of cell classes with its origin. */
export interface Taxonomy {
  readonly name: string;
  readonly source: string;
  readonly classes: readonly CellClass[];
}

const eleven = [
  'blast',
  'promyelocyte',
  'myelocyte',
  'metamyelocyte',
  'band-neutrophil',
  'segmented-neutrophil',
  'lymphocyte',
  'monocyte',
  'eosinophil',
  'basophil',
  'reactive-lymphocyte',
] as const satisfies readonly CellClass[];

/** Every taxonomy by its identifier. */
export const taxonomies = {
  leukocyte: {
    name: 'Leukocytes, no types',
    source: 'two-class segmentation and localisation (leukocytemask and peripheral papers)',
    classes: ['leukocyte'],
  },
  blood: {
    name: 'Three kinds of blood cell',
    source: 'BCCD and TXL-PBC',
    classes: ['leukocyte', 'erythrocyte', 'platelet'],
  },
  five: {
    name: 'Five types',
    source: 'interference paper; BCISC',
    classes: ['neutrophil', 'lymphocyte', 'monocyte', 'eosinophil', 'basophil'],
  },
  eleven: { name: 'Eleven types', source: 'recognition paper, Table 1', classes: eleven },
  'eleven-plus-four': {
    name: 'Eleven types and four that are no leukocytes',
    source: 'recognition paper, data collection',
    classes: [...eleven, 'erythroblast', 'giant-platelet', 'smudge-cell', 'artefact'],
  },
  marrow: {
    name: 'Ten maturation stages',
    source: 'marrow paper (Choi et al. 2017), folders 0 to 9',
    classes: [
      'pronormoblast',
      'basophilic-normoblast',
      'polychromatic-normoblast',
      'orthochromatic-normoblast',
      'myeloblast',
      'promyelocyte',
      'myelocyte',
      'metamyelocyte',
      'band-neutrophil',
      'segmented-neutrophil',
    ],
  },
  'oi-pbc': {
    name: 'Twelve kinds of OI-PBC',
    source: 'OI-PBC (Abou Ali et al. 2025), in the order of its data.yaml',
    classes: [
      'basophil',
      'band-neutrophil',
      'eosinophil',
      'erythroblast',
      'lymphocyte',
      'metamyelocyte',
      'monocyte',
      'myelocyte',
      'platelet',
      'promyelocyte',
      'erythrocyte',
      'segmented-neutrophil',
    ],
  },
  fine: {
    name: 'Every class that a morphologist reports',
    source: 'the tree in cell-class.ts without its grouping classes',
    classes: [
      'segmented-neutrophil',
      'band-neutrophil',
      'metamyelocyte',
      'myelocyte',
      'promyelocyte',
      'myeloblast',
      'blast',
      'basophil',
      'eosinophil',
      'lymphocyte',
      'reactive-lymphocyte',
      'monocyte',
      'plasma-cell',
      'pronormoblast',
      'basophilic-normoblast',
      'polychromatic-normoblast',
      'orthochromatic-normoblast',
      'erythrocyte',
      'platelet',
      'giant-platelet',
      'smudge-cell',
      'artefact',
    ],
  },
} as const satisfies Record<string, Taxonomy>;

/** The identifier of a taxonomy. */
export type TaxonomyName = keyof typeof taxonomies;

/** Tell whether a text is the identifier of a taxonomy. */
export function isTaxonomyName(text: string): text is TaxonomyName {
  return Object.hasOwn(taxonomies, text);
}
