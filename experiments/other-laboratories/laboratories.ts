/**
 * @file The laboratories that types are measured in: where their pictures lie, what each cell is, and what they may be
 * used for. Those that `chooses` names may train (data/README.md) and decide on priors and thresholds; the others never
 * trained and never choose, they are only reported.
 */
import type { Box, CellClass } from '@leukoscope/core';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { marrowBetween, marrowMeasures, munichTypes, pbcTypes } from '../published-types.ts';

/** A cell whose type is known. */
export interface LabelledCell {
  /** From the folder of data. */
  readonly file: string;
  /** Undefined: a leukocyte whose type nobody said. */
  readonly label: CellClass | undefined;
  /** Undefined: the cell over the middle of the picture. */
  readonly box?: Box | undefined;
  /** Slide, patient or block: cells of one are alike. */
  readonly group: string;
}

/** Cells that were prepared, stained and photographed alike. */
export interface Laboratory {
  readonly name: string;
  /** `trained`: the shipped weights saw these very pictures; `apart`: others of the laboratory; `never`: none of it. */
  readonly seen: 'trained' | 'apart' | 'never';
  readonly chooses: boolean;
  cells(data: string): Promise<LabelledCell[]>;
}

/** A promonocyte (PMO) has no class of its own and is left out. */
const fromApl: Readonly<Record<string, CellClass>> = {
  BL: 'blast',
  LY: 'lymphocyte',
  MO: 'monocyte',
  PMY: 'promyelocyte',
  SMU: 'smudge-cell',
  SNE: 'segmented-neutrophil',
  BNE: 'band-neutrophil',
};

const fromZheng: readonly CellClass[] = [
  'neutrophil',
  'lymphocyte',
  'monocyte',
  'eosinophil',
  'basophil',
];

const marrowStages: readonly CellClass[] = [
  'erythroblast',
  'erythroblast',
  'erythroblast',
  'erythroblast',
  'blast',
  'promyelocyte',
  'myelocyte',
  'metamyelocyte',
  'band-neutrophil',
  'segmented-neutrophil',
];

/** PBC's training pictures that the protocol's memory takes, of each type. */
const mostOfType = 45;

/** All laboratories. */
export const laboratories: readonly Laboratory[] = [
  { name: 'bcisc', seen: 'apart', chooses: true, cells: (data) => bcisc(data, true) },
  { name: 'bcisc-train', seen: 'trained', chooses: true, cells: (data) => bcisc(data, false) },
  { name: 'pbc', seen: 'apart', chooses: true, cells: (data) => pbc(data, 'oi-pbc/images/val') },
  { name: 'pbc-more', seen: 'apart', chooses: true, cells: (data) => pbc(data, 'pbc-more') },
  {
    name: 'pbc-train',
    seen: 'trained',
    chooses: true,
    cells: async (data) => firstOfEach(await pbc(data, 'oi-pbc/images/train')),
  },
  { name: 'bccd', seen: 'apart', chooses: true, cells: (data) => bccd(data, true) },
  { name: 'bccd-train', seen: 'trained', chooses: true, cells: (data) => bccd(data, false) },
  { name: 'marrow', seen: 'apart', chooses: true, cells: (data) => marrow(data, true) },
  { name: 'marrow-train', seen: 'trained', chooses: true, cells: (data) => marrow(data, false) },
  { name: 'aml-lmu', seen: 'never', chooses: true, cells: amlLmu },
  { name: 'raabin', seen: 'never', chooses: false, cells: raabin },
  { name: 'dataset1', seen: 'never', chooses: false, cells: (data) => zheng(data, 'dataset1') },
  { name: 'dataset2', seen: 'never', chooses: false, cells: (data) => zheng(data, 'dataset2') },
  { name: 'deepbionet', seen: 'never', chooses: false, cells: deepbionet },
  { name: 'all-idb2', seen: 'never', chooses: false, cells: allIdb2 },
  { name: 'apl-aml', seen: 'never', chooses: false, cells: aplAml },
];

async function bcisc(data: string, apart: boolean): Promise<LabelledCell[]> {
  const coco = JSON.parse(await readFile(path.join(data, 'bcisc/annotations.json'), 'utf8')) as {
    images: { id: number; file_name: string; slide: string }[];
    annotations: {
      image_id: number;
      category_id: number;
      bbox: [number, number, number, number];
    }[];
    categories: { id: number; name: CellClass }[];
  };
  const names = new Map(coco.categories.map(({ id, name }) => [id, name]));
  return coco.images
    .filter(({ file_name }) => /_[47]-\d+\.\w+$/.test(file_name) === apart)
    .flatMap(({ id, file_name, slide }) =>
      coco.annotations
        .filter(({ image_id }) => image_id === id)
        .map(({ category_id, bbox: [x, y, width, height] }) => ({
          file: `bcisc/fields/${file_name}`,
          label: names.get(category_id)!,
          box: { x1: x, y1: y, x2: x + width, y2: y + height },
          group: slide,
        })),
    );
}

async function pbc(data: string, folder: string): Promise<LabelledCell[]> {
  return (await filesIn(data, folder)).flatMap((file) => {
    const label = pbcTypes[path.basename(file).split('_')[0]!];
    return label === undefined ? [] : [{ file, label, group: 'pbc' }];
  });
}

function firstOfEach(cells: readonly LabelledCell[]): LabelledCell[] {
  const counts = new Map<string, number>();
  return cells.filter(({ label = '' }) => {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    return counts.get(label)! <= mostOfType;
  });
}

/** Images of one leukocyte whose type is told. */
async function bccd(data: string, apart: boolean): Promise<LabelledCell[]> {
  const rows = await table(data, 'bccd/types.csv');
  const cells: LabelledCell[] = [];
  for (const [image, types] of rows) {
    if (/[05]$/.test(image!) !== apart || types === undefined || !/^[A-Z]+$/.test(types)) continue;
    const boxes = await vocBoxes(path.join(data, 'bccd/Annotations', `${image}.xml`), 'WBC');
    if (boxes.length !== 1) continue;
    const label = types.toLowerCase() as CellClass;
    cells.push({ file: `bccd/JPEGImages/${image}.jpg`, label, box: boxes[0], group: 'bccd' });
  }
  return cells;
}

async function marrow(data: string, apart: boolean): Promise<LabelledCell[]> {
  const cells: LabelledCell[] = [];
  for (const [stage, label] of marrowStages.entries()) {
    for (const file of await filesIn(data, `marrow/${stage}`)) {
      const own = file.slice('marrow/'.length);
      if (marrowBetween.test(own) || marrowMeasures.test(own) !== apart) continue;
      cells.push({ file, label, group: `stage ${stage}` });
    }
  }
  return cells;
}

async function amlLmu(data: string): Promise<LabelledCell[]> {
  const rows = await table(data, 'aml-lmu/labels.csv');
  return rows.map(([file, type, source]) => ({
    file: `aml-lmu/${file}`,
    label: munichTypes[type!]!,
    group: source!,
  }));
}

async function raabin(data: string): Promise<LabelledCell[]> {
  const rows = await table(data, 'raabin/labels.csv');
  return rows.map(([file, type, , slide]) => ({
    file: `raabin/${file}`,
    label: type as CellClass,
    group: slide!,
  }));
}

async function zheng(data: string, folder: string): Promise<LabelledCell[]> {
  const rows = await table(data, `${folder}/labels.csv`);
  return rows.map(([id, type]) => ({
    file: `${folder}/${id!.padStart(3, '0')}.bmp`,
    label: fromZheng[Number(type) - 1]!,
    group: folder,
  }));
}

async function deepbionet(data: string): Promise<LabelledCell[]> {
  const cells: LabelledCell[] = [];
  for (const file of await filesIn(data, 'deepbionet/JPEGImages')) {
    const name = path.basename(file).replace(/\.\w+$/, '');
    for (const box of await vocBoxes(
      path.join(data, 'deepbionet/Annotations', `${name}.xml`),
      'WBC',
    ))
      cells.push({ file, label: undefined, box, group: 'deepbionet' });
  }
  return cells;
}

/** "Other" are normal leukocytes of several types, and platelets: no type is told. */
async function allIdb2(data: string): Promise<LabelledCell[]> {
  const rows = await table(data, 'all-idb2/labels.csv');
  return rows.map(([image, label]) => ({
    file: `all-idb2/images/${image}.jpg`,
    label: label === 'blast' ? 'blast' : undefined,
    group: 'all-idb2',
  }));
}

async function aplAml(data: string): Promise<LabelledCell[]> {
  const rows = await table(data, 'apl-aml/labels.csv');
  return rows.flatMap(([file, disease, type]) => {
    const label = fromApl[type!];
    return label === undefined ? [] : [{ file: `apl-aml/${file}`, label, group: disease! }];
  });
}

async function filesIn(data: string, folder: string): Promise<string[]> {
  const names = await readdir(path.join(data, folder));
  const pictures = names.filter((name) => /\.(jpe?g|png|bmp)$/i.test(name));
  return pictures.sort().map((name) => `${folder}/${name}`);
}

/** Rows of a table without its head; none of these has a comma in its first four columns. */
async function table(data: string, file: string): Promise<string[][]> {
  const text = await readFile(path.join(data, file), 'utf8');
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}

async function vocBoxes(file: string, kind: string): Promise<Box[]> {
  const text = await readFile(file, 'utf8');
  return [...text.matchAll(/<object>([\s\S]*?)<\/object>/g)]
    .filter(([, object]) => object!.includes(`<name>${kind}</name>`))
    .map(([, object]) => {
      const side = (name: string) => Number(new RegExp(`<${name}>([\\d.]+)<`).exec(object!)![1]);
      return { x1: side('xmin') - 1, y1: side('ymin') - 1, x2: side('xmax'), y2: side('ymax') };
    });
}
