import { readFileSync } from 'node:fs';
import { parseModelDescription } from '@leukoscope/models';
import { expect, test } from 'vitest';
import { describeJson } from '../load-model.ts';
import { fromCompactConfig } from './from-compact-config.ts';

/** `weights/leukoscope-compact.json` as it was before format 2. */
const old = {
  name: 'leukoscope-compact',
  locator: {
    onnx: 'compact-locator.onnx',
    sha256: 'd41d713d9234e2b68fa9ae0fb2445fceb57646e1aa3c241fe66b24e16dcdda02',
    side: 256,
    largestSide: 768,
    scoreThreshold: 0.05,
    iouThreshold: 0.5,
  },
  refiner: {
    onnx: 'compact-refiner-int8.onnx',
    sha256: '89af6da2f59ed6773f3a8f75492e69dfc648eeeb259fcfaa597fd97224130626',
    batch: 8,
    side: 128,
    cropMargin: 1.35,
    passes: 2,
    views: 4,
    temperature: 0.7957,
  },
  unsureBelow: 0.77021,
  scoreThreshold: 0.3,
  iouThreshold: 0.6,
  tile: { side: 1280, overlap: 320 },
};

test('the old description of the shipped model says what the new one says', async () => {
  const file = new URL('../../../../weights/leukoscope-compact.json', import.meta.url);
  // What it has learnt to say since then, the old form has no place for.
  const { priors, familiar, attributes, stages, ...shipped } = parseModelDescription(
    JSON.parse(readFileSync(file, 'utf8')),
    'shipped',
  );
  expect(Object.keys(priors!)).toEqual(['ordinary-blood', 'leukaemia', 'marrow']);
  expect(familiar!.limit).toBeGreaterThan(0);
  expect(attributes!.heads.length).toBeGreaterThan(0);
  expect(stages!.classes).toHaveLength(10);
  expect(fromCompactConfig(old, 'old.json')).toEqual(shipped);
  // Renewing a file changes nothing that reports name.
  const read = async () => new Uint8Array();
  const before = await describeJson(old, 'old.json', read);
  const after = await describeJson(shipped, 'new.json', read);
  expect(before.hash).toBe(after.hash);
  expect([before.isOld, after.isOld]).toEqual([true, false]);
});

test('what does not fit says where: its own form, then that of format 2', () => {
  expect(() => fromCompactConfig({ ...old, colour: 1 }, 'old.json')).toThrow('Unrecognized key');
  expect(() => fromCompactConfig({ ...old, scoreThreshold: 3 }, 'old.json')).toThrow(
    'at calibration.scoreThreshold',
  );
});
