/**
 * @file The laboratories that adaptation is made from and measured on: which pictures, what they are called, what may
 * not be on two sides, and what they are for. Licences: `../shared/data/README.md`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type CellClass, hash32 } from '@leukoscope/core';
import { type Dataset, type Folder, type ImageRecord, importDataset } from '@leukoscope/datasets';
import { openFolder } from '@leukoscope/datasets/node';
import { decodeImage } from '@leukoscope/image';
import { marrowBetween, marrowMeasures, munichTypes, pbcTypes } from '../published-types.ts';

/** What cells of a picture are for. */
export type Purpose = 'memory' | 'check' | 'kept' | 'site' | 'left-out';

/** One laboratory. */
export interface Laboratory {
  readonly name: string;
  readonly folder: string;
  /** Its pictures show one cell each, in the middle. */
  readonly centred: boolean;
  /** Read its pictures with their types. */
  open(folder: Folder, root: string): Promise<Dataset>;
  /** Cells of one group show the same slide, patient or cell. */
  groupOf(image: ImageRecord): string;
  purposeOf(image: ImageRecord): Purpose;
}

const imported = async (folder: Folder): Promise<Dataset> =>
  (await importDataset(folder, { decodeImage: (bytes) => decodeImage(bytes) })).parsed;

/** Pictures of one cell each, whose type stands in their path. */
async function byPath(folder: Folder, typeOf: (file: string) => CellClass | undefined) {
  const types = [
    ...new Set<CellClass>([...Object.values(pbcTypes), ...Object.values(munichTypes)]),
  ];
  const names: readonly CellClass[] = [...types, 'neutrophil'];
  const images = (await folder.list()).flatMap((file): ImageRecord[] => {
    const type = /\.jpg$/.test(file) ? typeOf(file) : undefined;
    return type === undefined
      ? []
      : [{ id: file, file, annotations: [{ classIndex: names.indexOf(type) }] }];
  });
  const classes = names.map((name, id) => ({ id, name, cellClass: name }));
  return { name: folder.name, classes, images };
}

/** Every laboratory, in the order in which it is gathered. */
export const laboratories: readonly Laboratory[] = [
  {
    name: 'raabin',
    folder: 'raabin',
    centred: true,
    open: (folder) => byPath(folder, (file) => typeOfFolder(file)),
    groupOf: raabinSlides(),
    purposeOf: () => 'site',
  },
  ...['dataset1', 'dataset2'].map(
    (name): Laboratory => ({
      name,
      folder: name,
      centred: true,
      open: async (folder) => centredTypes(await imported(folder)),
      groupOf: ({ file }) => file,
      purposeOf: () => 'site',
    }),
  ),
  {
    name: 'bcisc',
    folder: 'bcisc',
    centred: false,
    open: imported,
    groupOf: ({ slide, file }) => slide ?? file,
    purposeOf: ({ file }) =>
      /_7-\d+\.\w+$/.test(file) ? 'kept' : /_4-\d+\.\w+$/.test(file) ? 'check' : 'memory',
  },
  {
    name: 'pbc',
    folder: 'oi-pbc',
    centred: true,
    // More pictures than the memory holds: a part of each side is gathered.
    open: (folder) =>
      byPath(folder, (file) =>
        hash32(file) % (/(^|\/)val\//.test(file) ? 2 : 7) === 0
          ? pbcTypes[path.basename(file).split('_')[0]!]
          : undefined,
      ),
    groupOf: ({ file }) => file,
    purposeOf: ({ file }) => (/(^|\/)val\//.test(file) ? 'check' : 'memory'),
  },
  {
    name: 'pbc-more',
    folder: 'pbc-more',
    centred: true,
    open: (folder) => byPath(folder, (file) => pbcTypes[path.basename(file).split('_')[0]!]),
    groupOf: ({ file }) => file,
    purposeOf: () => 'kept',
  },
  {
    name: 'bccd',
    folder: 'bccd',
    centred: false,
    open: async (folder) => sparse(await imported(folder), 4),
    groupOf: ({ file }) => file,
    purposeOf: ({ file }) => (/[05]\.\w+$/.test(file) ? 'check' : 'memory'),
  },
  {
    name: 'marrow',
    folder: 'marrow',
    centred: true,
    open: async (folder) => sparse(await imported(folder), 2),
    groupOf: ({ file }) => file,
    purposeOf: ({ file }) =>
      marrowMeasures.test(file) ? 'check' : marrowBetween.test(file) ? 'left-out' : 'memory',
  },
  {
    name: 'aml-lmu',
    folder: 'aml-lmu',
    centred: true,
    open: (folder) => byPath(folder, (file) => munichTypes[file.split('/')[0]!]),
    // Copies of one picture are turned and smeared: NAME_NUMBER says which.
    groupOf: ({ file }) => /[A-Z]{3}_\d+/.exec(path.basename(file))?.[0] ?? file,
    purposeOf: () => 'memory',
  },
];

/** Open a laboratory below the folder of all data. */
export async function openLaboratory(laboratory: Laboratory, data: string) {
  const root = path.join(data, laboratory.folder);
  const folder = await openFolder(root);
  return { folder, dataset: await laboratory.open(folder, root) };
}

function typeOfFolder(file: string): CellClass | undefined {
  const five = ['neutrophil', 'lymphocyte', 'monocyte', 'eosinophil', 'basophil'] as const;
  return five.find((type) => file.startsWith(`${type}/`));
}

/** The date in a name is the slide's; what the table says, where it stands beside. */
function raabinSlides(): (image: ImageRecord) => string {
  let slides: Map<string, string> | undefined;
  return ({ file }) => {
    slides ??= new Map(
      readFileSync(path.join(process.argv[2]!, 'raabin', 'labels.csv'), 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => {
          const cells = line.split(',');
          return [cells[0]!, cells[3]!] as const;
        }),
    );
    return slides.get(file)!;
  };
}

/** A part of the pictures, by their names. */
function sparse(dataset: Dataset, step: number): Dataset {
  return { ...dataset, images: dataset.images.filter(({ file }) => hash32(file) % step === 0) };
}

/** Masks of dataset1 and dataset2 outline the one cell of each picture: its type is the picture's. */
function centredTypes(dataset: Dataset): Dataset {
  const images = dataset.images.map((image) => ({
    ...image,
    annotations: image.annotations.slice(0, 1).map(({ classIndex }) => ({
      ...(classIndex === undefined ? {} : { classIndex }),
    })),
  }));
  return { ...dataset, images };
}
