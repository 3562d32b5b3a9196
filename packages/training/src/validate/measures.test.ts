import { type Annotation, type Box, createRgbRaster, float32 } from '@leukoscope/core';
import { placementOf } from '@leukoscope/image';
import { type ConfiguredModel, familyOf, pixelTruth } from '@leukoscope/models';
import { describe, expect, test } from 'vitest';
import { measureBoxes } from './measure-boxes.ts';
import { measureClasses } from './measure-classes.ts';
import { measurePixels } from './measure-pixels.ts';
import { startMeasuring } from './measuring.ts';

const classes = ['neutrophil', 'lymphocyte'] as const;
const image = { width: 80, height: 40 };
const input = { width: 40, height: 40 };
const placement = placementOf(image, input, 'letterbox');
const sampleOf = (annotations: readonly Annotation[]) => ({
  raster: createRgbRaster(image),
  annotations,
});
const box = (x1: number, y1: number, x2: number, y2: number): Box => ({ x1, y1, x2, y2 });

describe('types', () => {
  const model = familyOf('resnet').configure({ preset: 'tiny', config: { classes } });
  const told = (...p: number[]) => ({ probabilities: float32(p, [1, 2]) });

  test('accuracy, F1 and log loss over cells whose type is one class exactly', () => {
    const measurer = startMeasuring(measureClasses(model));
    measurer.add(sampleOf([{ cellClass: 'neutrophil' }]), told(0.8, 0.2));
    measurer.add(sampleOf([{ cellClass: 'band-neutrophil' }]), told(0.4, 0.6));
    measurer.add(sampleOf([{ cellClass: 'lymphocyte' }]), told(0.1, 0.9));
    measurer.add(sampleOf([{ cellClass: 'leukocyte' }]), told(0.5, 0.5));
    measurer.add(sampleOf([{}]), told(0.5, 0.5));
    const { values } = measurer.finish();
    expect(values['accuracy']).toBeCloseTo(2 / 3, 6);
    expect(values['balancedAccuracy']).toBeCloseTo((1 / 2 + 1) / 2, 6);
    // F1: neutrophil 2/3 (P 1, R 1/2), lymphocyte 2/3 (P 1/2, R 1)
    expect(values['macroF1']).toBeCloseTo(2 / 3, 6);
    expect(values['logLoss']).toBeCloseTo(-(Math.log(0.8) + Math.log(0.4) + Math.log(0.9)) / 3, 5);
  });

  test('the temperature makes the probabilities as often right as they say', () => {
    const measurer = startMeasuring(measureClasses(model));
    // Says 98 %, is right in 75 %: p^(1/T) / Σ = .75 at T = ln 49 / ln 3 = 3.54.
    for (let i = 0; i < 40; i++)
      measurer.add(sampleOf([{ cellClass: classes[i % 4 === 0 ? 1 : 0]! }]), told(0.98, 0.02));
    expect(measurer.finish().temperature! / (Math.log(49) / Math.log(3))).toBeCloseTo(1, 1);
  });

  test('nothing to measure is no number', () => {
    expect(startMeasuring(measureClasses(model)).finish().values['accuracy']).toBeNaN();
  });
});

describe('outlines of classifiers', () => {
  test('Dice over the crops that are outlined', () => {
    const size = { width: 32, height: 32 };
    const refiner = familyOf('compact-refiner').configure({ preset: 'tiny' });
    const measurer = startMeasuring(measureClasses(refiner));
    const K = refiner.classes.length;
    const mask = { width: 16, height: 32, data: new Uint8Array(512).fill(1) };
    const outputs = {
      probabilities: float32(new Array(K).fill(1 / K), [1, K]),
      // The left quarter of a truth that is the left half: 2 (1/4) / (1/4 + 1/2).
      outline: float32(
        Array.from({ length: 256 }, (_, i) => (i % 16 < 4 ? 0.9 : 0.1)),
        [1, 1, 16, 16],
      ),
    };
    const raster = createRgbRaster(size);
    const annotation = { cellClass: 'monocyte', mask: { left: 0, top: 0, mask } } as const;
    measurer.add({ raster, annotations: [annotation] }, outputs);
    measurer.add({ raster, annotations: [{ cellClass: 'monocyte' }] }, outputs);
    expect(measurer.finish().values['outlineDice']).toBeCloseTo(2 / 3, 6);
  });
});

describe('boxes', () => {
  const found = (...rows: readonly (readonly [Box, number, number])[]) =>
    rows.map(([place, score, classIndex]) => ({ box: place, score, classIndex }));
  const cell = box(10, 4, 30, 24);

  test('a cell that is found and typed is worth everything', () => {
    const measurer = startMeasuring(measureBoxes(classes));
    measurer.add(sampleOf([{ box: cell, cellClass: 'lymphocyte' }]), found([cell, 0.9, 1]));
    const { values, scoreThreshold } = measurer.finish();
    expect(Object.keys(values)).toEqual(['AP', 'AP50', 'AP75', 'placeAP50']);
    for (const value of Object.values(values)) expect(value).toBeCloseTo(1, 9);
    expect(scoreThreshold).toBeCloseTo(0.9, 3);
  });

  test('a wrong type is a place that was found', () => {
    const measurer = startMeasuring(measureBoxes(classes));
    measurer.add(sampleOf([{ box: cell, cellClass: 'lymphocyte' }]), found([cell, 0.9, 0]));
    const { values } = measurer.finish();
    expect(values['AP50']).toBe(0);
    expect(values['placeAP50']).toBeCloseTo(1, 9);
  });

  test('on a cell without an exact type no detection is wrong, but it must be found', () => {
    const measurer = startMeasuring(measureBoxes(classes));
    const other = box(50, 10, 70, 30);
    const annotations = [{ box: cell, cellClass: 'lymphocyte' as const }, { box: other }];
    measurer.add(sampleOf(annotations), found([other, 0.95, 0], [cell, 0.9, 1]));
    measurer.add(sampleOf([{ box: other, cellClass: 'leukocyte' }]), found());
    const { values } = measurer.finish();
    expect(values['AP50']).toBeCloseTo(1, 9);
    expect(values['placeAP50']).toBeCloseTo(67 / 101, 6);
  });

  test('a kind that is none of the classes is background', () => {
    const measurer = startMeasuring(measureBoxes(classes));
    const platelet = box(50, 10, 60, 20);
    const annotations = [
      { box: cell, cellClass: 'lymphocyte' as const },
      { box: platelet, cellClass: 'platelet' as const },
    ];
    measurer.add(sampleOf(annotations), found([platelet, 0.95, 1], [cell, 0.9, 1]));
    expect(measurer.finish().values['AP50']).toBeCloseTo(0.5, 6);
  });

  test('the score threshold is that of the best F1', () => {
    const measurer = startMeasuring(measureBoxes(classes));
    const far = (i: number) => box(40 + i * 6, 2, 45 + i * 6, 7);
    const rows = [
      [cell, 0.8, 1],
      [far(0), 0.3, 1],
      [far(1), 0.2, 1],
    ] as const;
    measurer.add(sampleOf([{ box: cell, cellClass: 'lymphocyte' }]), found(...rows));
    expect(measurer.finish().scoreThreshold).toBeCloseTo(0.8, 3);
  });

  test('outlines are compared where all cells of a picture have one', () => {
    const measurer = startMeasuring(measureBoxes(classes, { withMasks: true }));
    const square = (left: number, top: number, side: number) => ({
      left,
      top,
      mask: { width: side, height: side, data: new Uint8Array(side * side).fill(1) },
    });
    const truth = { box: cell, mask: square(10, 4, 20), cellClass: 'lymphocyte' as const };
    const half = {
      left: 10,
      top: 4,
      mask: { width: 20, height: 10, data: new Uint8Array(200).fill(1) },
    };
    const finding = { box: cell, score: 0.9, classIndex: 1 };
    measurer.add(sampleOf([truth]), [{ ...finding, mask: half }]);
    measurer.add(sampleOf([{ box: cell, cellClass: 'lymphocyte' }]), [finding]);
    const { values } = measurer.finish();
    // IoU of the outline is .5: right at .5 only, one of ten thresholds.
    expect(values['maskAP50']).toBeCloseTo(1, 6);
    expect(values['maskAP']).toBeCloseTo(0.1, 6);
    expect(values['AP']).toBeCloseTo(1, 6);
    const bare = startMeasuring(measureBoxes(classes, { withMasks: true }));
    bare.add(sampleOf([truth]), [finding]);
    expect(bare.finish().values['maskAP50']).toBe(0);
  });

  test('nothing annotated is no number, nothing found has no threshold', () => {
    const measurer = startMeasuring(measureBoxes(classes));
    measurer.add(sampleOf([]), found());
    const { values, scoreThreshold } = measurer.finish();
    expect(values['AP']).toBeNaN();
    expect(scoreThreshold).toBeUndefined();
  });
});

describe('pixels', () => {
  const truth = pixelTruth(classes);
  const model = {
    classes,
    input: { size: input },
    collate: (
      samples: readonly ReturnType<typeof sampleOf>[],
      plan: Parameters<typeof truth.inputs>[0],
    ) =>
      truth.collate(
        samples.map((sample) => ({ ...sample, placement })),
        plan,
      ),
  } as unknown as ConfiguredModel;
  const block = (left: number, top: number, width: number, height: number) => ({
    left,
    top,
    mask: { width, height, data: new Uint8Array(width * height).fill(1) },
  });
  const plane = 1600;
  /** The class of each pixel of the input. */
  const told = (classAt: (x: number, y: number) => number) => {
    const p = new Float32Array(3 * plane).fill(0.1);
    for (let i = 0; i < plane; i++) p[classAt(i % 40, Math.floor(i / 40)) * plane + i] = 0.8;
    return { probabilities: { dtype: 'float32' as const, shape: [1, 3, 40, 40], data: p } };
  };

  test('overlap of class maps, padding left out', () => {
    const measurer = startMeasuring(measurePixels(model));
    // In the input the cell is 10 x 10 at (10, 15); told are its left half, and all of the padding.
    const sample = sampleOf([{ mask: block(20, 10, 20, 20), cellClass: 'lymphocyte' }]);
    measurer.add(
      sample,
      told((x, y) => (y < 10 || y >= 30 ? 0 : x >= 10 && x < 15 && y >= 15 && y < 25 ? 1 : 2)),
    );
    const { values } = measurer.finish();
    expect(values['pixelAccuracy']).toBeCloseTo(1 - 50 / 800, 6);
    expect(values['foregroundDice']).toBeCloseTo((2 * 50) / (100 + 50), 6);
    expect(values['meanIou']).toBeCloseTo((50 / 100 + 700 / 750) / 2, 6);
  });

  test('nothing to measure is no number', () => {
    expect(startMeasuring(measurePixels(model)).finish().values['meanIou']).toBeNaN();
  });
});
