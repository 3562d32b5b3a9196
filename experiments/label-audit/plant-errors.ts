/**
 * @file Plants a hundred label errors in a COCO data set, and counts how many of them an audit proposes first.
 *
 * `plant-errors.ts plant BCISC OUT` copies the data set with 40 wrong types, 30 labels taken out and 30 false cells put in
 * (a real label's box moved to where no cell is labelled), in pictures drawn by seed 1, and lists them in OUT/planted.json.
 * `plant-errors.ts count OUT AUDIT` reads AUDIT/audit.csv of `leukoscope dataset audit OUT ... --out AUDIT`.
 */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Box, boxIou, createRandom } from '@leukoscope/core';

interface Label {
  readonly id: number;
  readonly image_id: number;
  readonly category_id: number;
  readonly bbox: readonly [number, number, number, number];
  readonly area: number;
  readonly iscrowd: number;
  readonly segmentation?: unknown;
}

/** One error, and the box at which an audit must doubt. */
interface Planted {
  readonly kind: 'type' | 'missed' | 'nothing';
  readonly file: string;
  readonly box: Box;
}

const counts = { type: 40, missed: 30, nothing: 30 } as const;
const leadingProposals = 150;
/** Slides 4 and 7 of each type: the compact model was trained on none of them. */
const unseenByCompact = /_[47]-/;
const [command, first, second] = process.argv.slice(2);
if (command === 'plant' && first !== undefined && second !== undefined) await plant(first, second);
else if (command === 'count' && first !== undefined && second !== undefined)
  await count(first, second);
else {
  console.error('usage: plant-errors.ts plant BCISC OUT | count OUT AUDIT');
  process.exit(2);
}

async function plant(source: string, out: string): Promise<void> {
  const set = JSON.parse(await readFile(path.join(source, 'annotations.json'), 'utf8'));
  const images: { id: number; file_name: string; width: number; height: number }[] = set.images;
  const labels: Label[] = set.annotations;
  const categories: { id: number }[] = set.categories;
  const random = createRandom(1);
  const order = random.shuffle(labels);
  const wrong = order.slice(0, counts.type);
  const takenOut = order.slice(counts.type, counts.type + counts.missed);
  const planted: Planted[] = [];
  const fileOf = (id: number) => images.find((image) => image.id === id)!.file_name;
  const retyped = new Map<number, Label>();
  for (const label of wrong) {
    const others = categories.filter(({ id }) => id !== label.category_id);
    retyped.set(label.id, {
      ...label,
      category_id: others[random.integer(0, others.length)]!.id,
    });
    planted.push({ kind: 'type', file: fileOf(label.image_id), box: boxOf(label.bbox) });
  }
  for (const { image_id, bbox } of takenOut)
    planted.push({ kind: 'missed', file: fileOf(image_id), box: boxOf(bbox) });
  const gone = new Set(takenOut.map(({ id }) => id));
  const kept = labels.filter(({ id }) => !gone.has(id)).map((one) => retyped.get(one.id) ?? one);
  const falseCells: Label[] = [];
  for (const image of random.shuffle(images).slice(0, counts.nothing)) {
    const model = labels[random.integer(0, labels.length)]!;
    const box = freePlace(
      image,
      model.bbox,
      labels.filter(({ image_id }) => image_id === image.id),
    );
    falseCells.push({
      id: 100_000 + image.id,
      image_id: image.id,
      category_id: categories[random.integer(0, categories.length)]!.id,
      bbox: box,
      area: box[2] * box[3],
      iscrowd: 0,
    });
    planted.push({ kind: 'nothing', file: image.file_name, box: boxOf(box) });
  }
  await mkdir(out, { recursive: true });
  await cp(path.join(source, 'fields'), path.join(out, 'fields'), { recursive: true });
  const written = { ...set, annotations: [...kept, ...falseCells] };
  await writeFile(path.join(out, 'annotations.json'), `${JSON.stringify(written)}\n`);
  await writeFile(path.join(out, 'planted.json'), `${JSON.stringify(planted, null, 1)}\n`);
  console.log(`${planted.length} errors planted in ${out}`);

  function freePlace(
    { width, height }: { width: number; height: number },
    [, , w, h]: Label['bbox'],
    own: readonly Label[],
  ): Label['bbox'] {
    for (;;) {
      const place = [
        random.integer(0, width - Math.ceil(w)),
        random.integer(0, height - Math.ceil(h)),
        w,
        h,
      ] as const;
      if (own.every(({ bbox }) => boxIou(boxOf(bbox), boxOf(place)) < 0.05)) return place;
    }
  }
}

async function count(out: string, audit: string): Promise<void> {
  const planted: Planted[] = JSON.parse(await readFile(path.join(out, 'planted.json'), 'utf8'));
  // No field of these names and numbers holds a comma.
  const [head = [], ...rows] = (await readFile(path.join(audit, 'audit.csv'), 'utf8'))
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')));
  const field = (row: readonly string[], name: string) => row[head.indexOf(name)] ?? '';
  const boxAt = (row: readonly string[], prefix: string): Box | undefined => {
    const [x1, y1, x2, y2] = ['x1', 'y1', 'x2', 'y2'].map((side) =>
      Number.parseFloat(field(row, `${prefix}${side}`)),
    );
    return Number.isNaN(x1) ? undefined : { x1: x1!, y1: y1!, x2: x2!, y2: y2! };
  };
  const found = { type: 0, missed: 0, nothing: 0 };
  const unseen = { planted: 0, found: 0 };
  const places: number[] = [];
  for (const { kind, file, box } of planted) {
    const isUnseen = unseenByCompact.test(file);
    if (isUnseen) unseen.planted++;
    const place = rows.findIndex((row) => {
      // A false cell may also be taken for the box of a cell beside it.
      const kinds = kind === 'nothing' ? ['nothing', 'box', 'type'] : [kind];
      if (path.basename(field(row, 'file')) !== file || !kinds.includes(field(row, 'kind')))
        return false;
      const doubted = boxAt(row, kind === 'missed' ? 'proposed_' : '');
      return doubted !== undefined && boxIou(doubted, box) > 0.5;
    });
    if (place < 0) continue;
    places.push(place + 1);
    if (place >= leadingProposals) continue;
    found[kind]++;
    if (isUnseen) unseen.found++;
  }
  const total = found.type + found.missed + found.nothing;
  console.log(
    JSON.stringify(
      {
        proposals: rows.length,
        planted: counts,
        foundAmongFirst150: { ...found, total },
        ofSlidesThatCompactNeverSaw: unseen,
        foundAtAll: places.length,
      },
      null,
      1,
    ),
  );
}

function boxOf([x, y, w, h]: Label['bbox']): Box {
  return { x1: x, y1: y, x2: x + w, y2: y + h };
}
