import { encodePng, decodeImage } from '@leukoscope/image';
import { expect, test } from 'vitest';
import { tinyBmp } from '../../test/mutate.ts';
import { memoryFolder } from '../folder.ts';
import { detectLayout } from './detect-layout.ts';
import { importDataset } from './import-dataset.ts';

const bmp = tinyBmp(40, 20);
const options = { decodeImage: (bytes: Uint8Array) => decodeImage(bytes) };
const voc =
  '<annotation><filename>x.jpg</filename><size><width>40</width><height>20</height></size><object><name>WBC</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>';
const coco =
  '{"images": [{"id": 1, "file_name": "x.jpg", "width": 40, "height": 20, "slide": "baso-1"}], "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]}], "categories": [{"id": 1, "name": "basophil"}]}';
const oiYaml = 'names: [BA, BNE, EO, ERB, LY, MMY, MO, MY, PLT, PMY, RBC, SNE]\n';

test('BCCD: image-level types of types.csv, several and blank ones', async () => {
  const folder = memoryFolder({
    'Annotations/x.xml': voc,
    'JPEGImages/x.jpg': bmp,
    'types.csv': 'image,types\r\nx,"NEUTROPHIL, EOSINOPHIL"\r\ny,BASOPHIL\r\n',
  });
  const { layout, parsed, failed } = await importDataset(folder, options);
  expect(layout).toBe('bccd');
  expect(
    parsed.images[0]!.annotations.slice(1).map(
      ({ classIndex }) => parsed.classes[classIndex!]!.cellClass,
    ),
  ).toEqual(['neutrophil', 'eosinophil']);
  expect(failed).toEqual([{ file: 'types.csv', line: 3, reason: expect.stringContaining('"y"') }]);
});

test('BCISC: fields with slides, not the crops beside them', async () => {
  const folder = memoryFolder({
    'annotations.json': coco,
    'fields/x.jpg': bmp,
    'cells/images/x_0.jpg': bmp,
    'cells/masks/x_0.png': bmp,
  });
  const { layout, parsed } = await importDataset(folder, options);
  expect(layout).toBe('bcisc');
  expect(parsed.images.map(({ file, slide }) => [file, slide])).toEqual([
    ['fields/x.jpg', 'baso-1'],
  ]);
});

test("OI-PBC: the file name's first part is the centred cell's type", async () => {
  const folder = memoryFolder({
    'data.yaml': oiYaml,
    'images/train/PLATELET_1.jpg': bmp,
    'labels/train/PLATELET_1.txt': '10 0.5 0.5 0.1 0.1',
    'images/val/SNE_2.jpg': bmp,
    'labels/val/SNE_2.txt': '11 0.5 0.5 0.1 0.1',
  });
  const { layout, parsed } = await importDataset(folder, options);
  expect(layout).toBe('oi-pbc');
  const types = parsed.images.map(
    ({ annotations }) => parsed.classes[annotations.at(-1)!.classIndex!]!.name,
  );
  expect(types).toEqual(['PLT', 'SNE']);
});

test('Zheng: trimaps with the types of labels.csv', async () => {
  const trimap = await encodePng({
    width: 4,
    height: 1,
    channels: 1,
    bitDepth: 8,
    data: Uint8Array.of(0, 128, 255, 0),
  });
  const folder = memoryFolder({
    'labels.csv': 'image ID,class\n7,5\n8,9\n9,1\n',
    '007.bmp': tinyBmp(4, 1),
    '007.png': trimap,
  });
  const { layout, parsed, failed } = await importDataset(folder, options);
  expect(layout).toBe('zheng');
  expect(parsed.classes[0]!.cellClass).toBe('basophil');
  expect(failed.map(({ line }) => line)).toEqual([3, 4]);
  await expect(importDataset(folder)).rejects.toThrow('decodeImage must be given');
});

test('marrow: folders by number are the ten stages', async () => {
  const { layout, parsed } = await importDataset(memoryFolder({ '0/1.jpg': bmp, '9/2.jpg': bmp }), {
    name: 'Choi',
  });
  expect(layout).toBe('marrow');
  expect(parsed.name).toBe('Choi');
  expect(parsed.classes).toHaveLength(10);
  expect(
    parsed.images.map(({ annotations }) => parsed.classes[annotations[0]!.classIndex!]!.cellClass),
  ).toEqual(['pronormoblast', 'segmented-neutrophil']);
});

test.each([
  ['coco', { 'instances_train.json': coco, 'x.jpg': bmp }],
  ['cvat', { 'annotations.xml': '<annotations><version>1.1</version></annotations>' }],
  ['voc', { 'labels/x.xml': voc }],
  ['geojson', { 'x.geojson': '{}' }],
  ['csv', { 'cells.csv': 'file,class,x1,y1,x2,y2\n' }],
  ['yolo', { 'labels/x.txt': '0 0 0 0 0', 'images/x.jpg': bmp }],
  ['masks', { 'images/x.jpg': bmp, 'masks/x.png': bmp }],
  ['folder-per-class', { 'EO/x.jpg': bmp }],
  ['txl-pbc', { 'data.yaml': "names: ['WBC', 'RBC','Platelets']" }],
])('recognises %s', async (layout, files: Record<string, string | Uint8Array>) => {
  expect((await detectLayout(memoryFolder(files)))?.layout).toBe(layout);
});

test('several COCO files become one data set with splits; ids that repeat are given up', async () => {
  const folder = memoryFolder({
    'annotations/instances_train.json': coco,
    'annotations/instances_val.json': coco.replace('x.jpg', 'y.jpg'),
    'x.jpg': bmp,
    'y.jpg': bmp,
  });
  const { parsed } = await importDataset(folder);
  expect(parsed.images.map(({ id, split }) => [id, split])).toEqual([
    ['x.jpg', 'train'],
    ['y.jpg', 'val'],
  ]);
  expect(parsed.classes).toHaveLength(1);
});

test('an unknown layout is an error; one that is told is used', async () => {
  await expect(importDataset(memoryFolder({ 'a.doc': 'x' }))).rejects.toThrow(
    'must have a known layout',
  );
  const folder = memoryFolder({ 'data.yaml': oiYaml, 'EO/EO_1.jpg': bmp });
  expect((await importDataset(folder, { layout: 'folder-per-class' })).layout).toBe(
    'folder-per-class',
  );
});
