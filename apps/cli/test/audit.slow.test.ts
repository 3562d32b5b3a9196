import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli, temporaryFolder } from './run-cli.ts';

interface Annotation {
  readonly id: number;
  readonly image_id: number;
  category_id: number;
  readonly bbox: readonly number[];
}

interface Doubt {
  readonly file: string;
  readonly kind: string;
  readonly record?: number;
  readonly type?: string;
  readonly proposedType?: string;
  readonly suspicion: number;
  readonly box?: { readonly x1: number };
}

const folder = temporaryFolder();
afterAll(() => folder.remove());
const set = folder.at('fields');
const annotationsFile = folder.at('fields/annotations.json');
const models = 'compact,compact-float';
const cli = async (...argv: string[]) => {
  const run = await runCli([...argv, '--json']);
  return { ...run, result: run.out === '' ? undefined : JSON.parse(run.out) };
};
const audit = async (name: string) => {
  const { code, result, err } = await cli(
    'dataset',
    'audit',
    set,
    '--model',
    models,
    '--out',
    folder.at(name),
  );
  expect([code, err]).toEqual([0, expect.anything()]);
  return result.doubts as Doubt[];
};
const readCoco = (file = annotationsFile) => JSON.parse(readFileSync(file, 'utf8'));

beforeAll(async () => {
  await runCli([
    'dataset',
    'synthesise',
    '--out',
    set,
    '--count',
    '3',
    '--size',
    '480x360',
    '--seed',
    '4',
  ]);
});

test('errors planted in drawn fields are found, and verdicts put them right', async () => {
  const before = await audit('before');
  const coco = readCoco();
  const original = JSON.stringify(coco.annotations);
  const leukocytes: Annotation[] = coco.annotations.filter(({ category_id }: Annotation) => {
    const name: string = coco.categories.find(({ id }: { id: number }) => id === category_id).name;
    return /neutrophil|lymphocyte|monocyte|eosinophil|basophil/i.test(name);
  });
  // What the models are sure of and do not doubt as it was drawn is made wrong.
  await cli('predict', 'compact', set, '--score', '0.6', '--out', folder.at('found'));
  const sure: Annotation[] = readCoco(folder.at('found/detections.json')).annotations;
  const isNear = (a: readonly number[], b: readonly number[]) =>
    a.every((value, i) => Math.abs(value - b[i]!) < 10);
  const undoubted = leukocytes.filter(
    ({ bbox, image_id }) =>
      sure.some((found) => found.image_id === image_id && isNear(found.bbox, bbox)) &&
      !before.some(({ box }) => box !== undefined && Math.abs(box.x1 - bbox[0]!) < 1),
  );
  expect(undoubted.length).toBeGreaterThanOrEqual(3);
  const [retyped, removed, other] = undoubted as [Annotation, Annotation, Annotation];
  const idOf = (name: RegExp) =>
    coco.categories.find((own: { name: string }) => name.test(own.name)).id;
  const [lymphocyte, neutrophil] = [idOf(/^lymphocyte/i), idOf(/neutrophil/i)];
  const right = retyped.category_id;
  retyped.category_id = right === lymphocyte ? neutrophil : lymphocyte;
  coco.annotations = coco.annotations.filter(({ id }: Annotation) => id !== removed.id);
  const invented = { ...other, id: 9999, bbox: [2, 2, 12, 12], area: 144 };
  coco.annotations.push(invented);
  writeFileSync(annotationsFile, JSON.stringify(coco));

  const after = await audit('after');
  const kinds = after.map(({ kind, box }) => [
    kind,
    box === undefined ? undefined : Math.round(box.x1),
  ]);
  expect(kinds).toContainEqual(['type', Math.round(retyped.bbox[0]!)]);
  expect(kinds).toContainEqual(['nothing', 2]);
  expect(after.filter(({ kind }) => kind === 'missed').length).toBe(
    before.filter(({ kind }) => kind === 'missed').length + 1,
  );
  const about = await cli(
    ...['dataset', 'audit', set, '--model', models, '--class', 'lymphocyte'],
    ...['--limit', '1', '--out', folder.at('about')],
  );
  const isAbout = ({ type, proposedType }: Doubt) =>
    [type, proposedType].some((name) => /^lymphocyte$/i.test(name ?? ''));
  expect(about.result.doubts).toEqual(after.filter(isAbout));
  expect(isAbout(about.result.doubts[0])).toBe(true);
  const suspicions = after.map(({ suspicion }) => suspicion);
  expect(suspicions).toEqual(suspicions.toSorted((a, b) => b - a));
  expect(existsSync(folder.at('after/doubts-001.png'))).toBe(true);
  expect(readFileSync(folder.at('after/audit.html'), 'utf8')).toContain('data:image/jpeg;base64,');

  // A person decides: the three as proposed, all others are kept.
  const [head, ...lines] = readFileSync(folder.at('after/audit.csv'), 'utf8').trim().split(/\r?\n/);
  const decided = lines.map((line, i) => {
    const { kind, box } = after[i]!;
    const isRetyped = kind === 'type' && Math.round(box!.x1) === Math.round(retyped.bbox[0]!);
    if (isRetyped) return `${line}change`;
    if (kind === 'nothing' && Math.round(box!.x1) === 2) return `${line}take out`;
    return `${line}keep`;
  });
  writeFileSync(folder.at('verdicts.csv'), [head, ...decided].join('\n'));
  const { code, result } = await cli(
    ...['dataset', 'correct', set, folder.at('verdicts.csv'), '--out', folder.at('corrected')],
  );
  expect([code, result.counts.change, result.counts['take out'], result.counts.undecided]).toEqual([
    0, 1, 1, 0,
  ]);
  const corrected = readCoco(folder.at('corrected/annotations.json')).annotations;
  const kept = JSON.parse(original).filter(({ id }: Annotation) => id !== removed.id);
  expect(corrected.map(({ id }: Annotation) => id)).toEqual(kept.map(({ id }: Annotation) => id));
  const bboxes = (list: Annotation[]) => list.map(({ bbox }) => bbox);
  expect(bboxes(corrected)).toEqual(bboxes(kept));
  // Verdicts about the set as it was audited do not fit what came of them.
  const again = await cli(
    ...[
      'dataset',
      'correct',
      folder.at('corrected'),
      folder.at('verdicts.csv'),
      '--out',
      folder.at('x'),
    ],
  );
  expect(again.code).toBe(2);
  expect(again.err + again.out).toContain('AUDIT_VERDICT');
}, 120_000);
