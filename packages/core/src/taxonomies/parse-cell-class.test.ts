import { expect, test } from 'vitest';
import { type CellClass, cellClasses, isCellClass } from '../cell-class.ts';
import { ambiguousNames, cellClassNames } from './cell-class-names.ts';
import { parseCellClass } from './parse-cell-class.ts';
import { type Taxonomy, taxonomies } from './taxonomies.ts';

const classOf = (text: string, among?: readonly CellClass[]) => {
  const parsed = parseCellClass(text, among === undefined ? {} : { among });
  return parsed.kind === 'known' ? parsed.cellClass : parsed.kind;
};

test.each([
  ['SNE', 'segmented-neutrophil'],
  ['BNE', 'band-neutrophil'],
  ['NEU', 'neutrophil'],
  ['NEUTROPHIL', 'neutrophil'],
  ['WBC', 'leukocyte'],
  ['RBC', 'erythrocyte'],
  ['PLT', 'platelet'],
  ['ERB', 'erythroblast'],
  ['NRBC', 'erythroblast'],
  ['IG', 'immature-granulocyte'],
  ['Band Neutrophils', 'band-neutrophil'],
  ['segmented_neutrophil', 'segmented-neutrophil'],
  ['white blood cells', 'leukocyte'],
  ['Leucocytes', 'leukocyte'],
  ['PLATELETS', 'platelet'],
  ['Plasma cells', 'plasma-cell'],
  ['smudge', 'smudge-cell'],
  ['Artifact', 'artefact'],
  ['rLYM', 'reactive-lymphocyte'],
  ['bNEU', 'band-neutrophil'],
  ['gPLT', 'giant-platelet'],
  ['PMY', 'promyelocyte'],
  ['MMY', 'metamyelocyte'],
  ['MY', 'myelocyte'],
  ['LY', 'lymphocyte'],
  ['orthochromatic normoblast', 'orthochromatic-normoblast'],
  ['baso', 'basophil'],
])('%s is %s', (text, expected) => {
  expect(classOf(text)).toBe(expected);
});

test('an ambiguous abbreviation stays ambiguous until the classes in question decide it', () => {
  expect(parseCellClass('M')).toEqual({
    kind: 'ambiguous',
    candidates: ['monocyte', 'myelocyte', 'metamyelocyte', 'myeloblast'],
  });
  expect(classOf('M', taxonomies.five.classes)).toBe('monocyte');
  expect(classOf('PRO', taxonomies.eleven.classes)).toBe('promyelocyte');
  expect(classOf('PRO', taxonomies.marrow.classes)).toBe('ambiguous');
});

test('the abbreviations of each paper mean what the paper says', () => {
  const read = (texts: string[], among: readonly CellClass[]) =>
    texts.map((t) => classOf(t, among));
  const { five, eleven } = taxonomies;
  expect(read(['NG', 'L', 'M', 'EG', 'BG'], five.classes)).toEqual(five.classes);
  expect(
    read(
      ['Blast', 'PRO', 'MYE', 'MET', 'bNEU', 'sNEU', 'LYM', 'MO', 'EO', 'BA', 'rLYM'],
      eleven.classes,
    ),
  ).toEqual(eleven.classes);
  expect(
    read(
      ['BA', 'BNE', 'EO', 'ERB', 'LY', 'MMY', 'MO', 'MY', 'PLT', 'PMY', 'RBC', 'SNE'],
      taxonomies['oi-pbc'].classes,
    ),
  ).toEqual(taxonomies['oi-pbc'].classes);
});

test('unknown names are unknown, also prototype keys, endless and empty ones', () => {
  for (const text of [
    '',
    ' ',
    'foo',
    'cell',
    'cells',
    '__proto__',
    'constructor',
    'x'.repeat(1e6),
    '0',
    'blastula',
  ]) {
    expect(classOf(text)).toBe('unknown');
  }
});

test('no name stands for two classes', () => {
  const seen = new Map<string, string>();
  for (const [cellClass, names] of Object.entries(cellClassNames)) {
    for (const name of [cellClass, cellClasses[cellClass as CellClass].name, ...names]) {
      const key = name.toLowerCase().replace(/[^a-z0-9]/g, '');
      expect(seen.get(key) ?? cellClass, name).toBe(cellClass);
      seen.set(key, cellClass);
    }
  }
  for (const name of Object.keys(ambiguousNames)) {
    expect(seen.has(name.replace(/ /g, '')), name).toBe(false);
  }
});

test('every taxonomy lists known classes, each once', () => {
  for (const { classes } of Object.values<Taxonomy>(taxonomies)) {
    expect(new Set(classes).size).toBe(classes.length);
    expect(classes.every(isCellClass)).toBe(true);
  }
  expect(taxonomies.eleven.classes).toHaveLength(11);
  expect(taxonomies.marrow.classes).toHaveLength(10);
  expect(taxonomies['oi-pbc'].classes).toHaveLength(12);
});
