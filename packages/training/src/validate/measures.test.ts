import { type Annotation, type Box, createRgbRaster, float32, int64 } from '@leukoscope/core';
import { placementOf } from '@leukoscope/image';
import { type ConfiguredModel, familyOf, pixelTruth } from '@leukoscope/models';
import { describe, expect, test } from 'vitest';
import { measureBoxes } from './measure-boxes.ts';
import { measureClasses } from './measure-classes.ts';
import { measurePixels } from './measure-pixels.ts';

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
    const measurer = measureClasses(model);
    measurer.add(sampleOf([{ cellClass: 'neutrophil' }]), told(0.8, 0.2), placement);
    measurer.add(sampleOf([{ cellClass: 'band-neutrophil' }]), told(0.4, 0.6), placement);
    measurer.add(sampleOf([{ cellClass: 'lymphocyte' }]), told(0.1, 0.9), placement);
    measurer.add(sampleOf([{ cellClass: 'leukocyte' }]), told(0.5, 0.5), placement);
    measurer.add(sampleOf([{}]), told(0.5, 0.5), placement);
    const { values } = measurer.finish();
    expect(values['accuracy']).toBeCloseTo(2 / 3, 6);
    expect(values['balancedAccuracy']).toBeCloseTo((1 / 2 + 1) / 2, 6);
    // F1: neutrophil 2/3 (P 1, R 1/2), lymphocyte 2/3 (P 1/2, R 1)
    expect(values['macroF1']).toBeCloseTo(2 / 3, 6);
    expect(values['logLoss']).toBeCloseTo(-(Math.log(0.8) + Math.log(0.4) + Math.log(0.9)) / 3, 5);
  });

  test('the temperature makes the probabilities as often right as they say', () => {
    const measurer = measureClasses(model);
    // Says 98 %, is right in 75 %: p^(1/T) / Σ = .75 at T = ln 49 / ln 3 = 3.54.
    for (let i = 0; i < 40; i++)
      measurer.add(
        sampleOf([{ cellClass: classes[i % 4 === 0 ? 1 : 0]! }]),
        told(0.98, 0.02),
        placement,
      );
    expect(measurer.finish().temperature! / (Math.log(49) / Math.log(3))).toBeCloseTo(1, 1);
  });

  test('nothing to measure is no number', () => {
    expect(measureClasses(model).finish().values['accuracy']).toBeNaN();
  });
});

describe('boxes', () => {
  /** Rows in pixels of the input; the picture is halved and lies 10 pixels below its top. */
  const found = (...rows: readonly (readonly [Box, number, number])[]) => ({
    boxes: float32(
      rows.flatMap(([b]) => [b.x1 / 2, b.y1 / 2 + 10, b.x2 / 2, b.y2 / 2 + 10]),
      [1, rows.length, 4],
    ),
    scores: float32(
      rows.map(([, score]) => score),
      [1, rows.length],
    ),
    class_index: int64(
      rows.map(([, , k]) => k),
      [1, rows.length],
    ),
  });
  const cell = box(10, 4, 30, 24);

  test('boxes are compared in pixels of the image; empty rows are none', () => {
    const measurer = measureBoxes(classes);
    const none = [box(0, 0, 0, 0), 0, 0] as const;
    measurer.add(
      sampleOf([{ box: cell, cellClass: 'lymphocyte' }]),
      found([cell, 0.9, 1], none),
      placement,
    );
    const { values, scoreThreshold } = measurer.finish();
    expect(Object.keys(values)).toEqual(['AP', 'AP50', 'AP75', 'placeAP50']);
    for (const value of Object.values(values)) expect(value).toBeCloseTo(1, 9);
    expect(scoreThreshold).toBeCloseTo(0.9, 3);
  });

  test('a wrong type is a place that was found', () => {
    const measurer = measureBoxes(classes);
    measurer.add(
      sampleOf([{ box: cell, cellClass: 'lymphocyte' }]),
      found([cell, 0.9, 0]),
      placement,
    );
    const { values } = measurer.finish();
    expect(values['AP50']).toBe(0);
    expect(values['placeAP50']).toBeCloseTo(1, 9);
  });

  test('on a cell without an exact type no detection is wrong, but it must be found', () => {
    const measurer = measureBoxes(classes);
    const other = box(50, 10, 70, 30);
    const annotations = [{ box: cell, cellClass: 'lymphocyte' as const }, { box: other }];
    measurer.add(sampleOf(annotations), found([other, 0.95, 0], [cell, 0.9, 1]), placement);
    measurer.add(sampleOf([{ box: other, cellClass: 'leukocyte' }]), found(), placement);
    const { values } = measurer.finish();
    expect(values['AP50']).toBeCloseTo(1, 9);
    expect(values['placeAP50']).toBeCloseTo(67 / 101, 6);
  });

  test('a kind that is none of the classes is background', () => {
    const measurer = measureBoxes(classes);
    const platelet = box(50, 10, 60, 20);
    const annotations = [
      { box: cell, cellClass: 'lymphocyte' as const },
      { box: platelet, cellClass: 'platelet' as const },
    ];
    measurer.add(sampleOf(annotations), found([platelet, 0.95, 1], [cell, 0.9, 1]), placement);
    expect(measurer.finish().values['AP50']).toBeCloseTo(0.5, 6);
  });

  test('the score threshold is that of the best F1', () => {
    const measurer = measureBoxes(classes);
    const far = (i: number) => box(40 + i * 6, 2, 45 + i * 6, 7);
    const rows = [
      [cell, 0.8, 1],
      [far(0), 0.3, 1],
      [far(1), 0.2, 1],
    ] as const;
    measurer.add(sampleOf([{ box: cell, cellClass: 'lymphocyte' }]), found(...rows), placement);
    expect(measurer.finish().scoreThreshold).toBeCloseTo(0.8, 3);
  });

  test('nothing annotated is no number, nothing found has no threshold', () => {
    const measurer = measureBoxes(classes);
    measurer.add(sampleOf([]), found(), placement);
    const { values, scoreThreshold } = measurer.finish();
    expect(values['AP']).toBeNaN();
    expect(scoreThreshold).toBeUndefined();
  });
});

describe('pixels', () => {
  const truth = pixelTruth(classes);
  const model = {
    classes,
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
    const measurer = measurePixels(model);
    // In the input the cell is 10 x 10 at (10, 15); told are its left half, and all of the padding.
    const sample = sampleOf([{ mask: block(20, 10, 20, 20), cellClass: 'lymphocyte' }]);
    measurer.add(
      sample,
      told((x, y) => (y < 10 || y >= 30 ? 0 : x >= 10 && x < 15 && y >= 15 && y < 25 ? 1 : 2)),
      placement,
    );
    const { values } = measurer.finish();
    expect(values['pixelAccuracy']).toBeCloseTo(1 - 50 / 800, 6);
    expect(values['foregroundDice']).toBeCloseTo((2 * 50) / (100 + 50), 6);
    expect(values['meanIou']).toBeCloseTo((50 / 100 + 700 / 750) / 2, 6);
  });

  test('nothing to measure is no number', () => {
    expect(measurePixels(model).finish().values['meanIou']).toBeNaN();
  });
});
