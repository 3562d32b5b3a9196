/**
 * @file Gives cells other classes: by name (`--map`), then as coarse as a taxonomy, and takes only those
 * of some splits or classes. What is left out is counted.
 */
import {
  type CellClass,
  cellClasses,
  coarsen,
  LeukoscopeError,
  parseCellClass,
  type TaxonomyName,
  taxonomies,
} from '@leukoscope/core';
import type { AnnotationRecord, Dataset, DatasetClass } from '@leukoscope/datasets';
import { suggest } from '../framework/suggest.ts';

/** A data set with other classes, and how many cells of which class were left out. */
export interface MappedDataset {
  readonly dataset: Dataset;
  readonly leftOut: ReadonlyMap<string, number>;
}

/** A rule of `--map`; without `to` cells are left out. */
export interface ClassRule {
  readonly from: string;
  readonly to?: string;
}

/** Read `FROM=TO`. */
export function parseClassRules(texts: readonly string[]): ClassRule[] {
  return texts.map((text) => {
    const at = text.lastIndexOf('=');
    const [from, to] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    if (at < 0 || from === '') {
      throw new LeukoscopeError(
        'CLI_CLASS_MAP',
        `--map must be FROM=TO. Received ${JSON.stringify(text)}. Write for example --map WBC=leukocyte.`,
      );
    }
    return to === '' ? { from } : { from, to };
  });
}

/** Apply rules and a taxonomy. */
export function mapClasses(
  dataset: Dataset,
  rules: readonly ClassRule[],
  taxonomy: TaxonomyName | undefined,
): MappedDataset {
  const wanted = taxonomy === undefined ? undefined : taxonomies[taxonomy].classes;
  const known = new Set(rules.map(({ from }) => classAt(dataset, from)));
  const targets = dataset.classes.map((own, i) => {
    const rule = known.has(i) ? rules.find(({ from }) => sameName(from, own.name)) : undefined;
    if (rule !== undefined && rule.to === undefined) return undefined;
    const named = rule?.to === undefined ? own : classNamed(rule.to, dataset, wanted);
    return wanted === undefined ? named : coarseClass(named, wanted);
  });
  const classes: DatasetClass[] =
    wanted === undefined ? [] : wanted.map((cellClass, id) => taxonomyClass(cellClass, id));
  const indexes = targets.map((target) =>
    target === undefined ? undefined : indexIn(classes, target),
  );
  const leftOut = new Map<string, number>();
  const images = dataset.images.map((image) => ({
    ...image,
    annotations: image.annotations.flatMap((record): AnnotationRecord[] => {
      const { classIndex, ...rest } = record;
      if (classIndex === undefined) return [record];
      const index = indexes[classIndex];
      if (index !== undefined) return [{ ...rest, classIndex: index }];
      const { name } = dataset.classes[classIndex]!;
      leftOut.set(name, (leftOut.get(name) ?? 0) + 1);
      return [];
    }),
  }));
  return { dataset: { ...dataset, classes, images }, leftOut };
}

/** Take the images of some splits and the cells of some classes; none named means all. */
export function selectRecords(
  dataset: Dataset,
  options: { readonly split: readonly string[]; readonly class: readonly string[] },
): Dataset {
  const splits = new Set(options.split);
  const kept = new Set(options.class.map((name) => classAt(dataset, name)));
  const images = dataset.images
    .filter(({ split }) => splits.size === 0 || (split !== undefined && splits.has(split)))
    .map((image) => ({
      ...image,
      annotations: image.annotations.filter(
        ({ classIndex }) => kept.size === 0 || (classIndex !== undefined && kept.has(classIndex)),
      ),
    }))
    .filter(({ annotations }) => kept.size === 0 || annotations.length > 0);
  if (images.length > 0) return { ...dataset, images };
  const found = [...new Set(dataset.images.map(({ split }) => split ?? '(none)'))].join(', ');
  throw new LeukoscopeError(
    'CLI_SELECTION',
    `The selection must hold an image. Received none of ${dataset.images.length}; their splits are: ${found}.`,
  );
}

/** Find a class by its name in the source or its meaning. */
function classAt({ classes }: Dataset, name: string): number {
  const at = classes.findIndex((own) => sameName(own.name, name));
  if (at >= 0) return at;
  const names = classes.map((own) => own.name);
  const near = suggest(name, names);
  throw new LeukoscopeError(
    'CLI_CLASS',
    `class must be one of ${names.join(', ')}. Received ${JSON.stringify(name)}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
  );
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function classNamed(
  name: string,
  dataset: Dataset,
  among: readonly CellClass[] | undefined,
): DatasetClass {
  const own = dataset.classes.find((known) => sameName(known.name, name));
  if (own !== undefined) return own;
  const meaning = parseCellClass(name, among === undefined ? {} : { among });
  const id = Math.max(-1, ...dataset.classes.map((known) => known.id)) + 1;
  return meaning.kind === 'known' ? { id, name, cellClass: meaning.cellClass } : { id, name };
}

function coarseClass(own: DatasetClass, wanted: readonly CellClass[]): DatasetClass | undefined {
  const coarse = own.cellClass === undefined ? undefined : coarsen(own.cellClass, wanted);
  return coarse === undefined ? undefined : taxonomyClass(coarse, wanted.indexOf(coarse));
}

function taxonomyClass(cellClass: CellClass, id: number): DatasetClass {
  return { id, name: cellClasses[cellClass].name, cellClass };
}

function indexIn(classes: DatasetClass[], target: DatasetClass): number {
  const at = classes.findIndex(({ name }) => sameName(name, target.name));
  if (at >= 0) return at;
  const ids = new Set(classes.map(({ id }) => id));
  let { id } = target;
  while (ids.has(id)) id++;
  return classes.push({ ...target, id }) - 1;
}
