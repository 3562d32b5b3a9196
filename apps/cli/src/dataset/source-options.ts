/** @file Options of every command that reads a data set. Light: help and mistakes need no packages. */
import type { TaxonomyName } from '@leukoscope/core';
import type { ExportFormat, Layout } from '@leukoscope/datasets';
import type { OperandSpec } from '../framework/command.ts';

/** What `--format` may say; a test compares the list with the importers'. */
export const layoutNames = [
  'coco',
  'voc',
  'yolo',
  'geojson',
  'cvat',
  'csv',
  'masks',
  'folder-per-class',
  'bcisc',
  'bccd',
  'txl-pbc',
  'oi-pbc',
  'zheng',
  'marrow',
] as const satisfies readonly Layout[];

/** What `--to` may say. */
export const exportNames = [
  'coco',
  'voc',
  'yolo',
  'geojson',
  'instance-masks',
  'class-masks',
  'csv',
] as const satisfies readonly ExportFormat[];

/** What `--taxonomy` and `--among` may say. */
export const taxonomyNames = [
  'leukocyte',
  'blood',
  'five',
  'eleven',
  'eleven-plus-four',
  'marrow',
  'oi-pbc',
  'fine',
] as const satisfies readonly TaxonomyName[];

/** How mask images may be meant. */
export const maskKinds = ['instances', 'binary', 'class-map', 'trimap'] as const;

/** The data set that is read. */
export const sourceOperand: OperandSpec = {
  name: 'PATH',
  help: 'folder of a data set, or one annotation file (COCO, CVAT, CSV, GeoJSON)',
};

/** Which named cells of a data set count. */
export const namedCellOptions = {
  centred: {
    kind: 'flag',
    help: "the type of a picture is that of the cell in its middle; its other cells' types are not read",
  },
  split: { kind: 'texts', value: 'NAME', help: 'only pictures of this split' },
} as const;

/** How a data set is read. */
export const sourceOptions = {
  format: {
    kind: 'choice',
    choices: layoutNames,
    help: 'read as this format instead of recognising it',
  },
  images: {
    kind: 'text',
    value: 'DIR',
    help: 'where the images lie, when PATH is an annotation file and they are not beside it',
  },
  maskKind: {
    kind: 'choice',
    choices: maskKinds,
    default: 'instances',
    help: 'how mask images are meant',
  },
  among: {
    kind: 'choice',
    choices: taxonomyNames,
    help: 'the classes in question, which decide ambiguous names such as "M"',
  },
  allowFailed: {
    kind: 'flag',
    help: 'exit with 0 also when some records or images could not be read',
  },
} as const;

/** Which images and cells are taken. */
export const selectOptions = {
  split: { kind: 'texts', value: 'NAME', help: 'take the images of this split only' },
  class: { kind: 'texts', value: 'NAME', help: 'take cells of this class only' },
} as const;

/** Which classes cells are given. */
export const classOptions = {
  taxonomy: {
    kind: 'choice',
    choices: taxonomyNames,
    help: 'make types as coarse as this taxonomy; cells outside it are left out',
  },
  map: {
    kind: 'texts',
    value: 'FROM=TO',
    help: 'give cells of class FROM the class TO; an empty TO leaves them out',
  },
} as const;

/** How images are read. */
export const pixelOptions = {
  maxMegapixels: {
    kind: 'number',
    value: 'N',
    least: 0.01,
    default: 50,
    help: 'refuse larger images, which would take much memory',
  },
} as const;

/** How a server is asked. */
export const serverOptions = {
  keyFile: {
    kind: 'text',
    value: 'FILE',
    help: 'file that holds the API key (default: what LEUKOSCOPE_API_KEY holds; none where nobody signs in)',
  },
} as const;

/** Where a folder of results goes. */
export const outOption = {
  out: { kind: 'text', value: 'DIR', isRequired: true, help: 'folder to write into' },
} as const;

/** Where random choices start. */
export const seedOption = {
  seed: {
    kind: 'number',
    value: 'N',
    isWhole: true,
    least: 0,
    most: 4_294_967_295,
    default: 1,
    help: 'the same seed gives the same result',
  },
} as const;

/** The format of what is written. */
export const toOption = {
  to: {
    kind: 'choice',
    choices: exportNames,
    help: 'the format to write (default: coco, or csv where whole images have types, which COCO cannot hold)',
  },
} as const;
