import type { Box, CellClass } from '@leukoscope/core';
import { createRandom } from '@leukoscope/core';
import { expect, test } from 'vitest';
import {
  type AuditedLabel,
  auditLabels,
  type ModelOpinion,
  type OpinionFinding,
} from './audit-labels.ts';

const classes: readonly CellClass[] = ['neutrophil', 'lymphocyte', 'monocyte', 'eosinophil'];
const boxAt = (x: number, y = 0, side = 20): Box => ({ x1: x, y1: y, x2: x + side, y2: y + side });

const finding = (box: Box, cellClass: CellClass, score = 0.9, share = 1): OpinionFinding => ({
  box,
  score,
  cellClass,
  probabilities: classes.map((c) => (c === cellClass ? share : (1 - share) / 3)),
});

const opinion = (...findings: OpinionFinding[]): ModelOpinion => ({ facts: { classes }, findings });
const label = (box: Box, cellClass?: CellClass): AuditedLabel => ({ box, cellClass });

test('what all agree on is no doubt', () => {
  const seen = finding(boxAt(0), 'lymphocyte');
  expect(auditLabels([label(boxAt(1), 'lymphocyte')], [opinion(seen), opinion(seen)])).toEqual([]);
});

test('a type that most models say against the label is proposed, by score times probability', () => {
  const [doubt, ...more] = auditLabels(
    [label(boxAt(0), 'monocyte')],
    [
      opinion(finding(boxAt(0), 'lymphocyte', 0.9, 0.8)),
      opinion(finding(boxAt(1), 'lymphocyte', 0.7, 0.7)),
      opinion(finding(boxAt(0), 'monocyte', 0.5, 0.6)),
    ],
  );
  expect(more).toEqual([]);
  expect(doubt).toMatchObject({ kind: 'type', label: 0, found: 3, voted: 2 });
  expect(doubt!.proposed!.cellClass).toBe('lymphocyte');
  expect(doubt!.suspicion).toBeCloseTo((0.9 * 0.8 + 0.7 * 0.7) / 3, 12);
});

test('a label that a single unsure finding meets is doubted as one without a cell', () => {
  const labels = [label(boxAt(0), 'monocyte')];
  const [doubt] = auditLabels(labels, [opinion(finding(boxAt(2), 'monocyte', 0.1))]);
  expect(doubt).toMatchObject({ kind: 'nothing', label: 0, found: 1 });
  expect(doubt!.suspicion).toBeCloseTo(0.9, 12);
  expect(auditLabels(labels, [opinion(finding(boxAt(2), 'monocyte', 0.4))])).toEqual([]);
});

test('an unsure finding that fits the label better hides no sure one', () => {
  const sure = finding(boxAt(3), 'monocyte', 0.8);
  const unsure = finding(boxAt(0), 'lymphocyte', 0.1);
  expect(auditLabels([label(boxAt(0), 'monocyte')], [opinion(unsure, sure)])).toEqual([]);
});

test('a coarser or finer type is no other type', () => {
  const models = [
    opinion(finding(boxAt(0), 'neutrophil')),
    opinion(finding(boxAt(0), 'neutrophil')),
  ];
  expect(auditLabels([label(boxAt(0), 'band-neutrophil')], models)).toEqual([]);
  expect(auditLabels([label(boxAt(0), 'leukocyte')], models)).toEqual([]);
  expect(auditLabels([label(boxAt(0))], models)).toEqual([]);
});

test('who tells types less finely speaks neither for nor against one', () => {
  const untyped: ModelOpinion = {
    facts: { classes: ['leukocyte'] },
    findings: [{ ...finding(boxAt(0), 'lymphocyte'), cellClass: 'leukocyte', probabilities: [1] }],
  };
  const typed = opinion(finding(boxAt(0), 'lymphocyte'));
  const labels = [label(boxAt(0), 'monocyte')];
  const [doubt] = auditLabels(labels, [typed, untyped, typed]);
  expect(doubt).toMatchObject({ kind: 'type', found: 3, voted: 2 });
  expect(doubt!.suspicion).toBeCloseTo((2 * 0.9) / 3, 12);
  expect(auditLabels(labels, [typed, untyped, untyped])).toEqual([]);
  const fine: ModelOpinion = {
    facts: { classes: ['band-neutrophil'] },
    findings: [{ ...finding(boxAt(0), 'neutrophil'), cellClass: 'band-neutrophil' }],
  };
  const coarse = opinion(finding(boxAt(0), 'neutrophil'));
  const [joined] = auditLabels(labels, [coarse, fine, coarse]);
  expect(joined).toMatchObject({ proposed: { cellClass: 'neutrophil' }, voted: 3 });
});

test('a cell that half of the models see is missed where no label is, of kinds that are labelled', () => {
  const models = [opinion(finding(boxAt(0), 'monocyte', 0.8)), opinion()];
  expect(auditLabels([], models)).toEqual([
    {
      kind: 'missed',
      suspicion: 0.8 / 2,
      proposed: { box: boxAt(0), cellClass: 'monocyte' },
      found: 1,
      voted: 1,
    },
  ]);
  expect(auditLabels([], [...models, opinion()])).toEqual([]);
  expect(auditLabels([], models, { labelled: ['neutrophil'] })).toEqual([]);
  expect(auditLabels([], models, { labelled: ['leukocyte'] })).toHaveLength(1);
  const crowd = { box: boxAt(-50, -50, 200), isCrowd: true };
  expect(auditLabels([crowd], models)).toEqual([]);
});

test('a label at which most models see nothing is doubted by what they lack', () => {
  const weak = opinion(finding(boxAt(0), 'lymphocyte', 0.3));
  const [doubt] = auditLabels([label(boxAt(0), 'lymphocyte')], [weak, opinion(), opinion()]);
  expect(doubt).toMatchObject({ kind: 'nothing', label: 0, found: 1 });
  expect(doubt!.suspicion).toBeCloseTo(1 - 0.3 / 3, 12);
  expect(doubt).not.toHaveProperty('proposed');
});

test('models are not asked for kinds that they do not know', () => {
  expect(auditLabels([label(boxAt(0), 'platelet')], [opinion(), opinion()])).toEqual([]);
  const knows: ModelOpinion = { facts: { classes: ['platelet'] }, findings: [] };
  const [doubt] = auditLabels([label(boxAt(0), 'platelet')], [opinion(), knows]);
  expect(doubt).toMatchObject({ kind: 'nothing', suspicion: 1 });
});

test('a box that models draw alike elsewhere is doubtful, unless it follows from an outline', () => {
  const models = [
    opinion(finding(boxAt(8), 'monocyte')),
    opinion(finding(boxAt(8), 'monocyte', 0.7)),
  ];
  const drawn = label(boxAt(0), 'monocyte');
  const iou = 12 / 28;
  const [doubt] = auditLabels([drawn], models);
  expect(doubt).toMatchObject({ kind: 'box', label: 0 });
  expect(doubt!.suspicion).toBeCloseTo((1 - iou) * 0.8, 12);
  expect(auditLabels([{ ...drawn, hasMask: true }], models)).toEqual([]);
  expect(auditLabels([drawn], models, { sameBox: 0.4 })).toEqual([]);
  // Too far away to be the same cell: one is missed, and there is nothing at the label.
  const kinds = auditLabels([drawn], models, { sameCell: 0.5 }).map(({ kind }) => kind);
  expect(kinds.sort()).toEqual(['missed', 'nothing']);
});

test('planted errors stand before the mistakes of models that are right nine times of ten', () => {
  const random = createRandom(11);
  const types = classes.slice(0, 3);
  const planted: string[] = [];
  const ranked = Array.from({ length: 60 }, (_, n) => {
    const truth = Array.from({ length: 5 }, (_, i) => ({
      box: boxAt(60 * i, 0, 24),
      cellClass: types[random.integer(0, 3)]!,
    }));
    const models = Array.from({ length: 3 }, () =>
      opinion(
        ...truth.flatMap(({ box, cellClass }) => {
          if (random.uniform(0, 1) < 0.05) return [];
          const isRight = random.uniform(0, 1) < 0.9;
          const said = isRight ? cellClass : types[(types.indexOf(cellClass) + 1) % 3]!;
          const moved = boxAt(box.x1 + random.integer(-1, 2), random.integer(-1, 2), 24);
          return [finding(moved, said, random.uniform(0.6, 1), isRight ? 0.9 : 0.5)];
        }),
      ),
    );
    const labels: AuditedLabel[] = [...truth];
    const error = n % 3;
    if (error === 0) {
      const { box, cellClass } = truth[2]!;
      labels[2] = { box, cellClass: types[(types.indexOf(cellClass) + 2) % 3] };
      planted.push(`${n} type 2`);
    } else if (error === 1) {
      labels.splice(4, 1);
      planted.push(`${n} missed undefined`);
    } else {
      labels.push({ box: boxAt(100, 200), cellClass: 'monocyte' });
      planted.push(`${n} nothing 5`);
    }
    return auditLabels(labels, models).map((doubt) => ({ n, ...doubt }));
  })
    .flat()
    .sort((a, b) => b.suspicion - a.suspicion)
    .slice(0, 90)
    .map(({ n, kind, label: place }) => `${n} ${kind} ${place}`);
  const found = planted.filter((error) => ranked.includes(error)).length;
  expect(found / planted.length).toBeGreaterThanOrEqual(0.9);
});
