import { createMask, createRandom } from '@leukoscope/core';
import { describe, expect, test } from 'vitest';
import { randomSet } from '../../test/random-set.ts';
import { averagePrecision } from '../detection/coco-summary.ts';
import { evaluateCoco } from '../detection/coco-evaluation.ts';
import { evaluateClassification } from './evaluate-classification.ts';
import { evaluateDetections } from './evaluate-detections.ts';
import { evaluateSegmentation } from './evaluate-segmentation.ts';
import {
  type ClassificationSection,
  type DetectionSection,
  type EvaluationReport,
  joinReports,
  type SegmentationSection,
} from './evaluation-report.ts';
import { reportFigures } from './report-figures.ts';
import { reportToHtml } from './report-html.ts';

const set = randomSet(5, 20);
const mask = (left: number, right: number) =>
  createMask(
    { width: 20, height: 10 },
    Uint8Array.from({ length: 200 }, (_, i) => (i % 20 >= left && i % 20 < right ? 1 : 0)),
  );
const segmented = [
  { id: 'one', groundTruth: mask(2, 12), predicted: mask(2, 12) },
  { id: 'two', groundTruth: mask(2, 12), predicted: mask(7, 12) },
];
const classified = {
  classNames: ['a', 'b', 'c'],
  groundTruth: [0, 0, 1, 1, 2, 2, 0, 1],
  probabilities: [0, 0, 1, 0, 2, 2, 0, 1].map((k) => [0, 1, 2].map((j) => (j === k ? 0.8 : 0.1))),
};

function only<T>(report: EvaluationReport, kind: string): T {
  expect(report.sections.map((section) => section.kind)).toEqual([kind]);
  return JSON.parse(JSON.stringify(report.sections[0])); // as a reader of metrics.json sees it
}

describe('a detection report', () => {
  const section = only<DetectionSection>(evaluateDetections(set), 'detection');

  test('says what COCO says', () => {
    const evaluation = evaluateCoco(set);
    expect(section.coco.AP).toBeCloseTo(averagePrecision(evaluation)!, 12);
    expect(section.classes.map((c) => c.AP)).toEqual(
      set.classNames.map((_, classIndex) => averagePrecision(evaluation, { classIndex })),
    );
    expect(section.curves).toHaveLength(10);
    expect(section.intervals).toBeNull();
  });

  test('counts cells, crowds and detections once', () => {
    const truth = set.images.flatMap((image) => image.groundTruth);
    expect(section.groundTruthCells + section.crowdRegions).toBe(truth.length);
    const { counts, missed } = section.confusion;
    const found = counts.flat().reduce((sum, n) => sum + n, 0);
    expect(found + missed.reduce((sum, n) => sum + n, 0)).toBe(section.groundTruthCells);
    expect(section.typing.found).toBe(found);
  });

  test('gives the same limits for the same seed, around its figures', () => {
    const run = (seed: number, resamples = 100) =>
      only<DetectionSection>(
        evaluateDetections(set, { random: createRandom(seed), resamples }),
        'detection',
      ).intervals!;
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(run(1, 50).AP.resamples).toBe(50);
    expect(run(1).AP.estimate).toBeCloseTo(section.coco.AP!, 12);
    expect(run(1).AP.low).toBeLessThan(section.coco.AP!);
    expect(run(1).AP.high).toBeGreaterThan(section.coco.AP!);
  });

  test('obeys overlap and thresholds', () => {
    const other = (options: object) =>
      only<DetectionSection>(evaluateDetections(set, options), 'detection');
    expect(other({ overlap: 'mask' }).coco.AP).not.toBe(section.coco.AP);
    expect(other({ iouThreshold: 0.9 }).pascal.allPoint).not.toBe(section.pascal.allPoint);
    expect(other({ scoreThreshold: 0.9 }).counts.all.detectedTotal).toBeLessThan(
      section.counts.all.detectedTotal,
    );
  });

  test('holds for a set without any cell or detection', () => {
    const images = [{ id: '1', size: { width: 9, height: 9 }, groundTruth: [], detections: [] }];
    const report = evaluateDetections({ classNames: ['a'], images }, { random: createRandom(1) });
    const empty = only<DetectionSection>(report, 'detection');
    expect(empty.coco.AP).toBeNull();
    expect(empty.calibration).toBeNull();
    expect(empty.typing).toMatchObject({ found: 0, low: null });
    expect(reportToHtml(report)).not.toMatch(/NaN|undefined/);
  });

  test('leaves calibration out when scores are not between 0 and 1', () => {
    const images = set.images.map((image) => ({
      ...image,
      detections: image.detections.map((cell) => ({ ...cell, score: cell.score * 30 - 10 })),
    }));
    expect(
      only<DetectionSection>(evaluateDetections({ ...set, images }), 'detection').calibration,
    ).toBeNull();
  });
});

describe('a segmentation report', () => {
  test('gives measures of every image, their means and those of all pixels together', () => {
    const section = only<SegmentationSection>(evaluateSegmentation(segmented), 'segmentation');
    // 'two' finds half: Dice 2 * 50 / (100 + 50)
    expect(section.images.map((image) => image.dice)).toEqual([1, expect.closeTo(2 / 3)]);
    expect(section.measures.dice.mean).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(section.pooled.dice).toBeCloseTo((2 * 150) / (200 + 150), 12);
    expect(section.measures.dice.interval).toBeNull();
    const limits = evaluateSegmentation(segmented, { random: createRandom(1), resamples: 40 });
    const { interval } = only<SegmentationSection>(limits, 'segmentation').measures.dice;
    expect(interval).toMatchObject({ resamples: 40, estimate: section.measures.dice.mean });
  });

  test('takes a boundary tolerance, reads images from a generator, and refuses none', () => {
    const f1 = (options: object) =>
      only<SegmentationSection>(evaluateSegmentation(segmented.values(), options), 'segmentation')
        .measures.boundaryF1.mean;
    expect(f1({ boundaryTolerance: 6 })).toBeGreaterThan(f1({}));
    expect(() => evaluateSegmentation([])).toThrow('must not be empty');
  });
});

describe('a classification report', () => {
  test('scores the most probable class, or the one that is given', () => {
    const section = only<ClassificationSection>(
      evaluateClassification(classified),
      'classification',
    );
    expect(section.scores.accuracy).toBe(7 / 8);
    expect(section.accuracyInterval.low).toBeLessThan(7 / 8);
    expect(section.topK).toEqual([
      { k: 1, accuracy: 7 / 8 },
      { k: 2, accuracy: expect.any(Number) },
    ]);
    expect(section.roc!.classes).toHaveLength(3);
    const plain = evaluateClassification({
      classNames: classified.classNames,
      groundTruth: classified.groundTruth,
      predicted: classified.groundTruth,
    });
    expect(only<ClassificationSection>(plain, 'classification')).toMatchObject({
      scores: { accuracy: 1 },
      topK: null,
      roc: null,
      calibration: null,
    });
  });

  test('weighs kappa and draws limits when asked', () => {
    const run = (options: object) =>
      only<ClassificationSection>(evaluateClassification(classified, options), 'classification');
    expect(run({ kappaWeights: 'quadratic' }).kappa).not.toEqual(run({}).kappa);
    expect(run({}).intervals).toBeNull();
    expect(run({ random: createRandom(1), resamples: 30 }).intervals!.macroF1.resamples).toBe(30);
  });

  test('keeps at most 200 points of a curve, and its whole area', () => {
    const random = createRandom(1);
    const groundTruth = Array.from({ length: 1000 }, () => random.integer(0, 2));
    const probabilities = groundTruth.map((truth) => {
      const p = Math.min(1, Math.max(0, random.normal(truth === 1 ? 0.6 : 0.4, 0.2)));
      return [1 - p, p];
    });
    const cells = { classNames: ['a', 'b'], groundTruth, probabilities };
    const section = only<ClassificationSection>(evaluateClassification(cells), 'classification');
    const curve = section.roc!.classes[1]!;
    expect(curve.falsePositiveRate).toHaveLength(200);
    expect([curve.falsePositiveRate[0], curve.falsePositiveRate[199]]).toEqual([0, 1]);
    expect(curve.area).toBe(section.roc!.classes[0]!.area);
  });
});

describe('a joined report', () => {
  const report = joinReports(
    [
      evaluateDetections(set, { random: createRandom(1), resamples: 30 }),
      evaluateDetections(set, { overlap: 'mask' }),
      evaluateSegmentation(segmented),
      evaluateClassification(classified),
    ],
    { title: 'Boxes & <masks>', model: 'm', dataSet: 'd', createdAt: '2023-02-07', command: 'c' },
  );

  test('draws figures whose names and ids are unique', () => {
    const names = reportFigures(report).map((figure) => figure.name);
    expect(new Set(names).size).toBe(names.length);
    const ids = [...reportToHtml(report).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('becomes one page that needs nothing else', () => {
    const html = reportToHtml(report);
    expect(html).toContain('For research use only, not for diagnosis.');
    expect(html).toContain('Boxes &amp; &lt;masks&gt;');
    expect(html).not.toMatch(/<script|<link|@import|url\((?!#)/);
    expect(
      [...html.matchAll(/(?:src|href)="([^"]{5})/g)].every(([, start]) => start === 'data:'),
    ).toBe(true);
    expect(html).not.toMatch(/NaN|undefined|\[object/);
    for (const figure of reportFigures(report))
      expect(html).toContain(`download="${figure.name}.csv"`);
  });

  test('survives being written and read as JSON', () => {
    const again: EvaluationReport = JSON.parse(JSON.stringify(report));
    expect(reportToHtml(again)).toBe(reportToHtml(report));
  });
});
