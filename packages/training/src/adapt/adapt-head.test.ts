import { type CellClass, createRandom } from '@leukoscope/core';
import { refinerClasses } from '@leukoscope/models';
import { openRuntime } from '@leukoscope/nn/runtime';
import { afterAll, expect, test } from 'vitest';
import { adaptHead, type ParentModel } from './adapt-head.ts';
import { answerOf } from './answer-of.ts';
import type { LabelledCell } from './see-cells.ts';
import type { FeatureCells } from './feature-cells.ts';
import { fitHead } from './fit-head.ts';
import { loneLabels } from './lone-labels.ts';
import { allowedOf } from './feature-cells.ts';
import { acceptanceRules, refuseCandidate, refuseCells } from './verdict.ts';

const kinds = ['lymphocyte', 'monocyte', 'eosinophil', 'basophil', 'blast'] as const;
const F = 8;

/** Features of a kind: its own axis; another stain weakens it and raises that of the next kind above it. */
function look(kind: number, stain: 0 | 1, random: ReturnType<typeof createRandom>): Float32Array {
  const next = (kind + 1) % kinds.length;
  return Float32Array.from({ length: F }, (_, f) => {
    const own = f === kind ? 3 - 1.2 * stain : f === next ? 2.6 * stain : 0;
    return Math.max(0, 1 + own + random.normal(0, 0.45));
  });
}

function storedCells(each: number, seed: number): FeatureCells {
  const random = createRandom(seed);
  const labels = Array.from({ length: each * kinds.length }, (_, n) => kinds[n % kinds.length]!);
  const features = new Float32Array(labels.length * F);
  labels.forEach((_, n) => {
    features.set(look(n % kinds.length, 0, random), n * F);
  });
  return { width: F, features, labels };
}

const runtime = openRuntime({ host: 'inline', threads: 1 });
afterAll(() => runtime.close());

const stored = { memory: storedCells(24, 1), check: storedCells(40, 2) };
const head = await fitHead(
  {
    features: stored.memory.features,
    allowed: allowedOf(stored.memory.labels, refinerClasses),
    counts: new Float64Array(stored.memory.labels.length).fill(1),
  },
  {
    weights: new Float64Array(refinerClasses.length * F),
    bias: new Float64Array(refinerClasses.length),
  },
  { runtime, hold: 0.01 },
);
const parent: ParentModel = { classes: refinerClasses, head, temperature: 1 };

/** Cells of a laboratory whose stain shows each kind as the parent knows another. */
function siteCells(
  each: number,
  change: (cell: LabelledCell, n: number) => Partial<LabelledCell> = () => ({}),
): LabelledCell[] {
  const random = createRandom(3);
  return Array.from({ length: each * 4 }, (_, n): LabelledCell => {
    const kind = n % 4;
    const view = look(kind, 1, random);
    const views = [view, view.map((x) => x + random.normal(0, 0.05))];
    const cell: LabelledCell = {
      file: `${n}.png`,
      box: { x1: 0, y1: 0, x2: 9, y2: 9 },
      label: kinds[kind]!,
      author: Math.floor(n / 4) % 2 === 0 ? 'Ann' : 'Ben',
      group: `slide ${Math.floor(n / 4) % 6}`,
      probabilities: answerOf(views, head, 1),
      views,
    };
    return { ...cell, ...change(cell, n) };
  });
}

test('fifty cells of another stain: better here, nothing lost there, offered', async () => {
  const cells = siteCells(13);
  const candidate = await adaptHead(parent, cells, stored, { runtime });
  expect(candidate.here.parent.share).toBeLessThan(0.4);
  expect(candidate.here.candidate.share).toBeGreaterThan(0.85);
  expect(candidate.there.candidate.share).toBeGreaterThan(candidate.there.parent.share - 0.0101);
  expect(candidate.here.cells).toBe(52);
  expect(refuseCandidate(candidate, cells.length)).toEqual([]);
  expect(candidate.calibration.temperature).toBeGreaterThan(0);
  expect(candidate.changed.length).toBeGreaterThan(20);
});

test('a type of one slide only is learnt and not called doubtful, but measures nothing', async () => {
  const cells = siteCells(16, ({ label, group }) =>
    label === 'basophil' ? { group: 'the only one with basophils' } : { group },
  );
  const candidate = await adaptHead(parent, cells, stored, { runtime });
  expect(candidate.loneLabels).toEqual(['basophil']);
  expect(candidate.here.cells).toBe(48);
  expect(candidate.suspicious.length).toBeLessThan(4);
  expect(refuseCandidate(candidate, cells.length)).toEqual([]);
  const basophils = cells.filter(({ label }) => label === 'basophil');
  const place = refinerClasses.indexOf('basophil');
  const isCalled = ({ views }: LabelledCell) => {
    const p = answerOf(views, candidate.head, 1);
    return p.indexOf(Math.max(...p)) === place;
  };
  expect(basophils.filter(isCalled).length).toBeGreaterThan(13);
});

test('slides that have no type in common measure nothing', async () => {
  const cells = siteCells(8, ({ label }) => ({ group: `slide of ${label}` }));
  await expect(adaptHead(parent, cells, stored, { runtime })).rejects.toThrow(
    'none with a type that another has',
  );
});

test('a label of one slide is not alone where another slide says less of it, or more', () => {
  const on = (label: CellClass, group: string) => ({ label, group });
  expect([...loneLabels([on('band-neutrophil', 'a'), on('neutrophil', 'b')])]).toEqual([]);
  expect([...loneLabels([on('monocyte', 'a'), on('monocyte', 'a'), on('blast', 'b')])]).toEqual([
    'monocyte',
    'blast',
  ]);
});

test('a share held apart is measured by the layer itself, which never saw those slides', async () => {
  const cells = siteCells(24);
  const apart = await adaptHead(parent, cells, stored, { runtime, holdout: 0.25 });
  expect(apart.here.cells).toBeLessThan(40);
  expect(apart.here.candidate.share).toBeGreaterThan(0.8);
  const all = await adaptHead(parent, cells, stored, { runtime });
  expect(all.here.cells).toBe(96);
  expect(all.head.weights).not.toEqual(apart.head.weights);
});

test('labels by chance are never offered, whatever chance it was', async () => {
  for (const seed of [9, 10, 11]) {
    const random = createRandom(seed);
    const cells = siteCells(14, () => ({ label: random.pick(kinds.slice(0, 4)) }));
    const candidate = await adaptHead(parent, cells, stored, { runtime });
    expect(refuseCandidate(candidate, cells.length)).not.toEqual([]);
  }
});

test("a reviewer with a third of wrong labels is named, the other's stay believed", async () => {
  const wrong = (label: CellClass) => kinds[(kinds.indexOf(label as 'blast') + 2) % 4]!;
  const cells = siteCells(30, ({ author, label }, n) =>
    author === 'Ben' && n % 3 === 0 ? { label: wrong(label) } : {},
  );
  const candidate = await adaptHead(parent, cells, stored, { runtime });
  expect(candidate.byAuthor[0]!.author).toBe('Ben');
  const reasons = refuseCandidate(candidate, cells.length);
  expect(reasons.map(({ kind }) => kind)).toContain('suspicious-author');
  expect(reasons.find(({ kind }) => kind === 'suspicious-author')!.reason).toContain('of Ben');
  const isWrong = (n: number) => cells[n]!.author === 'Ben' && n % 3 === 0;
  expect(candidate.suspicious.filter(isWrong).length).toBeGreaterThan(
    0.9 * candidate.suspicious.length,
  );
});

test('the same cell under two names teaches nothing, and too many such are refused', async () => {
  const cells = siteCells(10);
  const doubled = cells.slice(0, 8).map((cell) => ({ ...cell, label: 'blast' as const }));
  const candidate = await adaptHead(parent, [...cells, ...doubled], stored, { runtime });
  expect(candidate.contradicting).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 40, 41, 42, 43, 44, 45, 46, 47]);
  expect(refuseCandidate(candidate, 48).map(({ kind }) => kind)).toContain('contradicting-labels');
});

test('cells that the parent knows already are no reason for another model', async () => {
  const random = createRandom(5);
  const cells = siteCells(12, ({ label }) => {
    const views = [look(kinds.indexOf(label as 'blast'), 0, random)];
    return { views, probabilities: answerOf(views, head, 1) };
  });
  const candidate = await adaptHead(parent, cells, stored, { runtime });
  expect(candidate.here.parent.share).toBeGreaterThan(0.9);
  expect(refuseCandidate(candidate, cells.length).map(({ kind }) => kind)).toEqual([
    'not-better-here',
  ]);
});

test('a candidate that forgets is refused, by the whole and by kinds that nobody named', async () => {
  const cells = siteCells(13);
  const candidate = await adaptHead(parent, cells, stored, { runtime });
  const forgotten = {
    ...candidate,
    there: {
      ...candidate.there,
      candidate: { ...candidate.there.candidate, share: candidate.there.parent.share - 0.02 },
    },
  };
  expect(refuseCandidate(forgotten, 52).map(({ kind }) => kind)).toEqual(['worse-there']);
  const blasts = {
    ...candidate,
    there: {
      ...candidate.there,
      byType: candidate.there.byType.map((row) =>
        row.label === 'blast'
          ? { ...row, candidate: { ...row.candidate, share: row.parent.share - 0.2 } }
          : row,
      ),
    },
  };
  expect(refuseCandidate(blasts, 52)[0]!.reason).toContain('Blast, which nobody named here');
});

test('few cells, one type or one slide are refused before anything is fitted', () => {
  const cells = siteCells(6);
  expect(refuseCells(cells)).toEqual([]);
  const kindsOf = (some: readonly LabelledCell[]) => refuseCells(some).map(({ kind }) => kind);
  expect(kindsOf(cells.slice(0, acceptanceRules.fewestCells - 1))).toEqual(['few-cells']);
  expect(kindsOf(cells.map((cell) => ({ ...cell, label: 'monocyte' as const })))).toEqual([
    'one-type',
  ]);
  expect(kindsOf(cells.map((cell) => ({ ...cell, group: 'one' })))).toEqual(['one-group']);
});

test('stops between fits when it is told to', async () => {
  const controller = new AbortController();
  const run = adaptHead(parent, siteCells(10), stored, {
    runtime,
    signal: controller.signal,
    onProgress: (done) => {
      if (done === 2) controller.abort(new Error('enough'));
    },
  });
  await expect(run).rejects.toThrow('enough');
});

test('a share held out that leaves one slide to learn from is refused', async () => {
  const cells = siteCells(10, (_, n) => ({ group: n < 20 ? 'one' : 'two' }));
  await expect(adaptHead(parent, cells, stored, { runtime, holdout: 0.5 })).rejects.toMatchObject({
    code: 'ADAPT_SLIDES',
  });
});
