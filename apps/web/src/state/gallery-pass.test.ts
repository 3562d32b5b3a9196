/**
 * Counts the key strokes of a whole pass over 200 preclassified cells of which 20 % are corrected.
 *
 * Shares of the types are those of normal blood. Scores: logits of right answers lie 1.5 deviations above
 * those of wrong ones, so that a right answer has the higher score in 86 of 100 pairs; answers below 0.5 lie in
 * Unidentified, as on the server. The screen shows 40 cells.
 */
import type { Bin, Cell } from '@leukoscope/contract';
import { type CellClass, createRandom, type Random } from '@leukoscope/core';
import { describe, expect, test } from 'vitest';
import { foundCell } from '../../test/fake-case-server.ts';
import { commandOf } from './gallery-keys.ts';
import { firstGalleryState, openGallery } from './gallery-store.ts';

const types: readonly { cellClass: CellClass; share: number; key: string }[] = [
  { cellClass: 'segmented-neutrophil', share: 0.56, key: 'q' },
  { cellClass: 'band-neutrophil', share: 0.05, key: 'g' },
  { cellClass: 'lymphocyte', share: 0.27, key: 's' },
  { cellClass: 'monocyte', share: 0.07, key: 'f' },
  { cellClass: 'eosinophil', share: 0.03, key: 'z' },
  { cellClass: 'basophil', share: 0.01, key: 'x' },
  { cellClass: 'smudge-cell', share: 0.01, key: 'b' },
];
const binOfKey = new Map<string, Bin>(types.map(({ key, cellClass }) => [key, cellClass]));
const screen = 40;
const seen = {
  by: { kind: 'user' as const, id: null, name: 'Ann' },
  at: '2026-01-01T00:00:00.000Z',
};

function drawType(random: Random): CellClass {
  let left = random.next();
  for (const { cellClass, share } of types) {
    left -= share;
    if (left < 0) return cellClass;
  }
  return types[0]!.cellClass;
}

/** 200 cells as a model answers them, and what they are. 40 lie in another bin than they belong to. */
function drawCase(seed: number): { cells: Map<string, Cell>; truth: Map<string, CellClass> } {
  const random = createRandom(seed);
  const cells = new Map<string, Cell>();
  const truth = new Map<string, CellClass>();
  const wanted = { true: 160, false: 40 };
  while (cells.size < 200) {
    const type = drawType(random);
    const isWrong = random.chance(0.15);
    const others = types.filter(({ cellClass }) => cellClass !== type);
    const cellClass = isWrong ? random.pick(others).cellClass : type;
    const score = 1 / (1 + Math.exp(-random.normal(isWrong ? 0.7 : 2.2, 1)));
    const bin: Bin = score < 0.5 ? 'unidentified' : cellClass;
    const isRight = bin === type;
    if (wanted[`${isRight}`]-- <= 0) continue;
    const n = cells.size + 1;
    const model = { modelId: 'm', cellClass, bin, score, probabilities: [], runnerUp: null };
    cells.set(foundCell(n).id, foundCell(n, { bin, model, isUnsure: score < 0.6 }));
    truth.set(foundCell(n).id, type);
  }
  return { cells, truth };
}

interface Count {
  corrected: number;
  confirmed: number;
  strokesToCorrect: number;
  strokesToConfirm: number;
  wrongAfterwards: number;
  unseenAfterwards: number;
}

/**
 * A reviewer sees at a glance which cells of the screen are wrong. With the keyboard alone the next wrong
 * cell is reached by digits (or by confirming the one or two before it); with the pointer by pointing at it.
 */
function review(seed: number, by: 'keyboard' | 'pointer'): Count {
  const drawn = drawCase(seed);
  const { truth } = drawn;
  const first = drawn.cells;
  let cells: ReadonlyMap<string, Cell> = first;
  let top = 0;
  const place = (id: string | null) => gallery.order().cells.findIndex((cell) => cell.id === id);
  const visible = () => gallery.order().cells.slice(top, top + screen);
  const gallery = openGallery(
    {
      cells: () => cells,
      columns: () => 8,
      canChange: () => true,
      visibleIds: () => visible().map(({ id }) => id),
      isPictured: (id) => visible().some((cell) => cell.id === id),
      undo: () => {},
      redo: () => {},
      openMoves: () => {},
      reveal(at) {
        const active = place(gallery.get().activeId);
        if (at === 'start' || active < top) top = active;
        else if (active >= top + screen) top = active - screen + 1;
      },
      review(intent) {
        if (intent.kind !== 'see' && intent.kind !== 'reclassify') return;
        const next = new Map(cells);
        for (const id of intent.cellIds) {
          const cell = next.get(id)!;
          next.set(id, {
            ...cell,
            seen,
            bin: intent.kind === 'reclassify' ? intent.bin : cell.bin,
          });
        }
        cells = next;
      },
    },
    firstGalleryState,
  );
  const count = { strokesToCorrect: 0, strokesToConfirm: 0 };
  const press = (key: string, counts: keyof typeof count, shiftKey = false) => {
    count[counts]++;
    const stroke = { key, shiftKey, ctrlKey: false, metaKey: false, altKey: false };
    const command = commandOf(stroke, binOfKey);
    if (command === undefined) throw new Error(`${key} must do something`);
    gallery.run(command);
  };
  const isWrong = ({ id, bin, seen: was }: Cell) => was === null && bin !== truth.get(id);
  const correct = (cell: Cell) => {
    // An unidentified cell whose answer is right is taken over with Enter, like any other is confirmed.
    if (cell.bin === 'unidentified' && cell.model?.cellClass === truth.get(cell.id))
      return press('Enter', 'strokesToCorrect');
    press(types.find(({ cellClass }) => cellClass === truth.get(cell.id))!.key, 'strokesToCorrect');
  };
  gallery.point(gallery.order().cells[0]!.id, 'keyboard');
  for (let turns = 0; [...cells.values()].some((cell) => cell.seen === null); turns++) {
    if (turns > 1000) throw new Error('the pass must come to its end');
    const { activeId } = gallery.get();
    const active = cells.get(activeId!)!;
    if (by === 'pointer') {
      const wrong = visible().find(isWrong);
      if (wrong === undefined) {
        press('Enter', 'strokesToConfirm', true);
        continue;
      }
      gallery.point(wrong.id, 'pointer');
      correct(wrong);
      continue;
    }
    if (isWrong(active)) {
      correct(active);
      continue;
    }
    const ahead = gallery.order().unseenAfter(activeId, 200);
    const shown = new Set(visible().map(({ id }) => id));
    const next = ahead.findIndex((id) => shown.has(id) && isWrong(cells.get(id)!));
    if (next < 0) press('Enter', 'strokesToConfirm', true);
    else if (next <= 1 && active.seen === null) press('Enter', 'strokesToConfirm');
    else press(String(Math.min(9, next + 1)), 'strokesToCorrect');
  }
  const all = [...first.values()];
  const corrected = all.filter(({ id, bin }) => bin !== truth.get(id)).length;
  const after = [...cells.values()];
  return {
    ...count,
    corrected,
    confirmed: all.length - corrected,
    wrongAfterwards: after.filter(({ id, bin }) => bin !== truth.get(id)).length,
    unseenAfterwards: after.filter((cell) => cell.seen === null).length,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe.each(['keyboard', 'pointer'] as const)('a pass over 200 cells by %s', (by) => {
  const counts = Array.from({ length: 20 }, (_, seed) => review(seed + 1, by));

  test('leaves every cell seen and in its own bin', () => {
    for (const count of counts) {
      expect(count).toMatchObject({
        corrected: 40,
        confirmed: 160,
        wrongAfterwards: 0,
        unseenAfterwards: 0,
      });
    }
  });

  test('needs at most 1.3 key strokes per corrected cell and 0.2 per confirmed one', () => {
    const perCorrected = counts.map(
      ({ strokesToCorrect, corrected }) => strokesToCorrect / corrected,
    );
    const perConfirmed = counts.map(
      ({ strokesToConfirm, confirmed }) => strokesToConfirm / confirmed,
    );
    for (const { strokesToCorrect, strokesToConfirm, corrected, confirmed } of counts)
      expect(strokesToCorrect + strokesToConfirm).toBeLessThanOrEqual(
        1.3 * corrected + 0.2 * confirmed,
      );
    expect(mean(perCorrected)).toBeLessThanOrEqual(1.3);
    expect(mean(perConfirmed)).toBeLessThanOrEqual(0.2);
  });
});
