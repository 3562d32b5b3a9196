import type { Bin } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { measureAgreement } from './measure-agreement.ts';
import type { SignedCase } from './signed-cells.ts';

type Counts = readonly (readonly [people: Bin | null, model: Bin | null, count: number])[];

function caseOf(counts: Counts, i: number): SignedCase {
  return {
    id: `case-${i}`,
    number: `C-${i}`,
    signedAt: new Date('2026-01-01'),
    signers: [],
    groups: counts.map(([people, model, count]) => ({
      people,
      model,
      count,
      isUnsure: false,
      modelId: 'blobs',
      modelSha256: '0'.repeat(64),
    })),
  };
}

const steady: Counts = [
  ['lymphocyte', 'lymphocyte', 30],
  ['segmented-neutrophil', 'segmented-neutrophil', 60],
  ['monocyte', 'lymphocyte', 10],
];

test('limits come from cases, so one odd case among ten widens them more than its cells would', async () => {
  const odd: Counts = [['lymphocyte', 'monocyte', 30]];
  const cases = [...Array.from({ length: 9 }, () => steady), odd].map(caseOf);
  const { sameType, types } = await measureAgreement(cases);
  expect(sameType!.value).toBeCloseTo(810 / 930, 12);
  // By cells alone the limits would be .85 to .89.
  expect(sameType!.low!).toBeLessThan(0.82);
  const lymphocyte = types.find(({ bin }) => bin === 'lymphocyte')!;
  expect(lymphocyte).toMatchObject({ people: 300, model: 360, both: 270 });
  expect(lymphocyte.sensitivity!.value).toBeCloseTo(0.9, 12);
  expect(lymphocyte.specificity!.value).toBeCloseTo(1 - 90 / 630, 12);
  expect(lymphocyte.predictive!.value).toBeCloseTo(270 / 360, 12);
});

test('what people left out does not count; missed cells and findings that are none do', async () => {
  const cases = [
    caseOf(
      [
        ['not-classed', 'lymphocyte', 5],
        ['blast', null, 1],
        ['blast', 'unidentified', 2],
        ['myeloblast', 'blast', 1],
        [null, 'lymphocyte', 3],
      ],
      0,
    ),
  ];
  const { cells, found, abnormal } = await measureAgreement(cases);
  expect(cells).toBe(4);
  expect(found).toEqual({ both: 3, missed: 1, spurious: 3 });
  expect(abnormal).toMatchObject({ people: 4, both: 1, unidentified: 2 });
  expect(abnormal.sensitivity).toEqual({ value: 0.25, low: null, high: null });
});

test('equal shares lie on the line of identity', async () => {
  const mixed = (lymphocytes: number): Counts => [
    ['lymphocyte', 'lymphocyte', lymphocytes],
    ['segmented-neutrophil', 'segmented-neutrophil', 100 - lymphocytes],
  ];
  const cases = Array.from({ length: 12 }, (_, i) => mixed(20 + 3 * i)).map(caseOf);
  const { shares, kappa, types } = await measureAgreement(cases);
  expect(shares[0]).toMatchObject({ cases: 12, bias: { value: 0 }, slope: { value: 1 } });
  // Nobody ever disagreed: that is no certainty that nobody will.
  expect(kappa).toEqual({ value: 1, low: null, high: null });
  const { sensitivity } = types.find(({ bin }) => bin === 'lymphocyte')!;
  expect(sensitivity).toMatchObject({ value: 1, high: 1 });
  expect(sensitivity!.low!).toBeCloseTo(0.025 ** (1 / 438), 6);
  // One share in all cases makes no line.
  const same = await measureAgreement(Array.from({ length: 6 }, () => steady).map(caseOf));
  expect(same.shares[0]!.slope).toBeNull();
});
