/**
 * @file Data set -> Pascal VOC: one XML file an image, `ImageSets/Main` for the splits, and the tables
 * of tables.ts for what VOC has no place for. Fractions of pixels are kept (detectron2 reads them).
 */
import type { AnnotationRecord, Dataset, ExportResult, ImageRecord } from '../dataset.ts';
import type { FolderSink } from '../folder.ts';
import { stemOf } from './locate-image.ts';
import { createLossCounter } from './losses.ts';
import { writeTables } from './tables.ts';
import { uniqueNames } from './unique-names.ts';
import { escapeXml } from './xml-elements.ts';

const plainAttributes = ['pose', 'truncated', 'difficult', 'occluded'];

/** Write `Annotations/*.xml` and `ImageSets/Main/*.txt`. */
export async function exportVoc(dataset: Dataset, sink: FolderSink): Promise<ExportResult> {
  const losses = createLossCounter();
  const files = await writeTables(dataset, sink, losses.count);
  const names = uniqueNames(dataset.images.map(({ file }) => file));
  for (const [i, image] of dataset.images.entries()) {
    const file = `Annotations/${names[i]!}.xml`;
    await sink.write(file, toXml(image, dataset, losses.count));
    files.push(file);
  }
  for (const split of ['train', 'val', 'test']) {
    const stems = dataset.images
      .filter((image) => image.split === split)
      .map(({ file }) => stemOf(file));
    if (stems.length === 0) continue;
    const file = `ImageSets/Main/${split}.txt`;
    await sink.write(file, `${stems.join('\n')}\n`);
    files.push(file);
  }
  return { files, losses: losses.list() };
}

function toXml(image: ImageRecord, dataset: Dataset, lose: (what: string) => void): string {
  const { file, size } = image;
  return [
    '<annotation>',
    `  <filename>${escapeXml(file)}</filename>`,
    ...(size === undefined
      ? []
      : [
          '  <size>',
          `    <width>${size.width}</width>`,
          `    <height>${size.height}</height>`,
          '    <depth>3</depth>',
          '  </size>',
        ]),
    ...image.annotations.flatMap((record) => toObject(record, dataset, lose)),
    '</annotation>',
    '',
  ].join('\n');
}

function toObject(
  record: AnnotationRecord,
  dataset: Dataset,
  lose: (what: string) => void,
): string[] {
  const { box, classIndex, attributes = {} } = record;
  if (record.mask !== undefined) lose('masks');
  if (record.nucleus !== undefined) lose('outlines of the nucleus');
  if (record.isCrowd === true) lose('crowd marks');
  for (const key of ['id', 'score', 'area', 'author'] as const) {
    if (record[key] !== undefined) lose(`annotations' ${key}`);
  }
  if (classIndex === undefined || box === undefined) {
    lose(box === undefined ? 'annotations without a box' : 'annotations without a class');
    return [];
  }
  if (box.x2 - box.x1 === 1 && box.y2 - box.y1 === 1) {
    lose('boxes of one pixel');
    return [];
  }
  const listed = Object.entries(attributes).filter(([key]) => !plainAttributes.includes(key));
  return [
    '  <object>',
    `    <name>${escapeXml(dataset.classes[classIndex]!.name)}</name>`,
    ...plainAttributes
      .filter((key) => attributes[key] !== undefined)
      .map((key) => `    <${key}>${escapeXml(attributes[key]!)}</${key}>`),
    '    <bndbox>',
    `      <xmin>${box.x1 + 1}</xmin>`,
    `      <ymin>${box.y1 + 1}</ymin>`,
    `      <xmax>${box.x2}</xmax>`,
    `      <ymax>${box.y2}</ymax>`,
    '    </bndbox>',
    ...(listed.length === 0
      ? []
      : [
          '    <attributes>',
          ...listed.map(
            ([key, value]) =>
              `      <attribute><name>${escapeXml(key)}</name><value>${escapeXml(value)}</value></attribute>`,
          ),
          '    </attributes>',
        ]),
    '  </object>',
  ];
}
