import { describe, expect, test } from 'vitest';
import { expectNear, readFixture } from '../../test/fixture.ts';
import { calibration, scoreCalibration } from './calibration.ts';
import { classificationScores } from './classification-scores.ts';
import { cohenKappa } from './cohen-kappa.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { mostProbable } from './probabilities.ts';
import { oneVsRestRoc, rocCurve } from './roc.ts';
import { topKAccuracy } from './top-k.ts';

interface Fixture {
  groundTruth: number[];
  predicted: number[];
  probabilities: number[][];
  matrix: number[][];
  accuracy: number;
  balancedAccuracy: number;
  perClass: Record<'precision' | 'recall' | 'f1', number[]>;
  averages: Record<'macro' | 'micro' | 'weighted', [number, number, number]>;
  specificity: number[];
  topK: [number, number][];
  kappa: Record<'none' | 'linear' | 'quadratic', number>;
  kappaErrors: Record<'none' | 'linear' | 'quadratic', number>;
  areas: number[];
  macroArea: number;
  weightedArea: number;
  tiedRoc: {
    isPositive: boolean[];
    scores: number[];
    falsePositiveRate: number[];
    truePositiveRate: number[];
    area: number;
  };
  calibration: {
    count: number[];
    accuracy: number[];
    meanScore: number[];
    ece: number;
    mce: number;
    brier: number;
  };
}

const expected = readFixture<Fixture>('classification');
const names = ['a', 'b', 'c', 'never true'];
const matrix = confusionMatrix(expected.groundTruth, expected.predicted, names);
const scores = classificationScores(matrix);
const cells = { groundTruth: expected.groundTruth, probabilities: expected.probabilities };

test('the confusion matrix has the truth in rows', () => {
  expect(matrix.counts).toEqual(expected.matrix);
  expect(expected.probabilities.map(mostProbable)).toEqual(expected.predicted);
});

describe('scores equal scikit-learn', () => {
  test('for every class, also one that is never true', () => {
    scores.classes.forEach((c, k) => {
      for (const name of ['precision', 'recall', 'f1'] as const) {
        expectNear(c[name], expected.perClass[name][k]!);
      }
      expectNear(c.specificity, expected.specificity[k]!);
    });
    expectNear(scores.accuracy, expected.accuracy);
    expectNear(scores.balancedAccuracy, expected.balancedAccuracy);
  });

  test.each(['macro', 'micro', 'weighted'] as const)('%s averaged', (how) => {
    const [precision, recall, f1] = expected.averages[how];
    expectNear(scores[how].precision, precision);
    expectNear(scores[how].recall, recall);
    expectNear(scores[how].f1, f1);
  });
});

test('a class that occurs on neither side has no scores and does not weigh on the means', () => {
  const two = classificationScores(confusionMatrix([0, 1, 1], [0, 1, 0], ['a', 'b']));
  const three = classificationScores(confusionMatrix([0, 1, 1], [0, 1, 0], ['a', 'b', 'absent']));
  expect(three.classes[2]).toMatchObject({ precision: null, recall: null, f1: null });
  expect(three.macro).toEqual(two.macro);
});

test('0 / 0 is 0 where a class was there but never said, and null for specificity without others', () => {
  const one = classificationScores(confusionMatrix([0, 1], [0, 0], ['a', 'b']));
  expect(one.classes[1]).toMatchObject({ precision: 0, recall: 0, f1: 0 });
  const single = classificationScores(confusionMatrix([0, 0], [0, 0], ['a', 'b']));
  expect(single.classes[0]!.specificity).toBeNull();
});

test('top-k accuracy equals scikit-learn', () => {
  for (const [k, value] of expected.topK) expectNear(topKAccuracy(cells, k), value);
  expect(() => topKAccuracy(cells, 0)).toThrow('above 0');
});

describe('receiver operating characteristic', () => {
  test('one against the rest equals scikit-learn; a class without cells has none', () => {
    const roc = oneVsRestRoc(cells);
    expected.areas.forEach((area, k) => {
      expectNear(roc.classes[k]!.area, area);
    });
    expect(roc.classes[3]).toBeNull();
    expectNear(roc.macroArea, expected.macroArea);
    expectNear(roc.weightedArea, expected.weightedArea);
  });

  test('gives ties their half, and the points of scikit-learn', () => {
    const {
      isPositive,
      scores: tied,
      area,
      falsePositiveRate,
      truePositiveRate,
    } = expected.tiedRoc;
    const curve = rocCurve(isPositive, tied)!;
    expectNear(curve.area, area);
    curve.falsePositiveRate.forEach((rate, i) => {
      expect(rate).toBeCloseTo(falsePositiveRate[i]!, 12);
      expect(curve.truePositiveRate[i]!).toBeCloseTo(truePositiveRate[i]!, 12);
    });
    expect(rocCurve([true, true], [0.1, 0.2])).toBeNull();
  });
});

describe("Cohen's kappa", () => {
  test.each(['none', 'linear', 'quadratic'] as const)(
    'with weights %s equals scikit-learn, its error a numerical delta method',
    (weights) => {
      const kappa = cohenKappa(matrix, { weights })!;
      expectNear(kappa.kappa, expected.kappa[weights]);
      expectNear(kappa.standardError, expected.kappaErrors[weights], 1e-6);
      expect(kappa.high - kappa.low).toBeCloseTo(2 * 1.959964 * kappa.standardError, 6);
    },
  );

  test('narrows with less confidence, and is not defined when both always say the same', () => {
    const wide = cohenKappa(matrix)!;
    expect(cohenKappa(matrix, { confidence: 0.5 })!.low).toBeGreaterThan(wide.low);
    expect(cohenKappa(confusionMatrix([0, 0], [0, 0], ['a', 'b']))).toBeNull();
  });
});

describe('calibration', () => {
  test('bins and errors equal scikit-learn', () => {
    const measured = calibration(cells);
    const { count, accuracy, meanScore, ece, mce, brier } = expected.calibration;
    expect(measured.bins.map((bin) => bin.count)).toEqual(count);
    const filled = measured.bins.filter((bin) => bin.count > 0);
    filled.forEach((bin, i) => {
      expect(bin.accuracy).toBeCloseTo(accuracy[i]!, 12);
      expect(bin.meanScore).toBeCloseTo(meanScore[i]!, 12);
    });
    expectNear(measured.expectedCalibrationError, ece);
    expectNear(measured.maximumCalibrationError, mce);
    expectNear(measured.brierScore, brier);
    expect(measured.bins[0]).toMatchObject({ count: 0, accuracy: null, meanScore: null });
  });

  test('takes as many bins as asked, with 0 in the first and borders in the lower bin', () => {
    const { bins } = scoreCalibration([0, 0.5, 1], [false, true, true], { bins: 2 });
    expect(bins.map((bin) => bin.count)).toEqual([2, 1]);
    expect(() => scoreCalibration([1.2], [true])).toThrow('between 0 and 1');
    expect(() => scoreCalibration([1], [true], { bins: 0 })).toThrow('above 0');
  });
});

test('refuses pairs that do not fit, indexes out of range and logits', () => {
  expect(() => confusionMatrix([0], [0, 1], names)).toThrow('one length');
  expect(() => confusionMatrix([4], [0], names)).toThrow('below 4');
  expect(() => confusionMatrix([], [], names)).toThrow('not be empty');
  expect(() => topKAccuracy({ groundTruth: [0], probabilities: [[3, -2]] }, 1)).toThrow('softmax');
});
