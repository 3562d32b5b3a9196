import type { Bin, Cell } from '@leukoscope/contract';
import { expect, test } from 'vitest';
import { foundCell } from '../../test/fake-case-server.ts';
import { commandOf, keysOfBins } from './gallery-keys.ts';
import { firstGalleryState, openGallery } from './gallery-store.ts';
import type { ReviewIntent } from './review-intent.ts';

const site = {
  classes: [
    {
      cellClass: 'lymphocyte' as const,
      key: 's',
      share: null,
      absolute: null,
      loinc: null,
      loincAbsolute: null,
    },
    {
      cellClass: 'monocyte' as const,
      key: 'f',
      share: null,
      absolute: null,
      loinc: null,
      loincAbsolute: null,
    },
  ],
};

function found(n: number, bin: Bin, score: number, part: Partial<Cell> = {}): Cell {
  const model = {
    modelId: 'm',
    cellClass: 'monocyte' as const,
    bin,
    score,
    probabilities: [],
    runnerUp: null,
  };
  return foundCell(n, { bin, model, ...part });
}
const id = (n: number) => foundCell(n).id;
const seen = {
  by: { kind: 'user' as const, id: null, name: 'Ann' },
  at: '2026-01-01T00:00:00.000Z',
};

function enter(
  first: readonly Cell[],
  options: {
    columns?: number;
    canChange?: boolean;
    screen?: readonly string[];
    pictured?: readonly string[];
  } = {},
) {
  const { columns = 3, canChange = true, screen, pictured } = options;
  let cells = new Map(first.map((cell) => [cell.id, cell]));
  const reviews: ReviewIntent[] = [];
  const calls: string[] = [];
  const gallery = openGallery(
    {
      cells: () => cells,
      columns: () => columns,
      canChange: () => canChange,
      visibleIds: () => screen ?? [...cells.keys()],
      isPictured: (id) => (pictured ?? screen ?? [...cells.keys()]).includes(id),
      undo: () => calls.push('undo'),
      redo: () => calls.push('redo'),
      openMoves: () => calls.push('moves'),
      reveal: (at) => calls.push(at),
      review(intent) {
        reviews.push(intent);
        if (!('cellIds' in intent)) return;
        cells = new Map(cells);
        for (const cellId of intent.cellIds) {
          const cell = cells.get(cellId)!;
          if (intent.kind === 'delete') cells.delete(cellId);
          else
            cells.set(cellId, {
              ...cell,
              seen,
              bin: intent.kind === 'reclassify' ? intent.bin : cell.bin,
            });
        }
      },
    },
    firstGalleryState,
  );
  const press = (key: string, held: Partial<Record<'ctrlKey' | 'shiftKey', boolean>> = {}) => {
    const stroke = { key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held };
    const command = commandOf(stroke, keysOfBins(site));
    if (command !== undefined) gallery.run(command);
  };
  return { gallery, reviews, calls, press, cells: () => cells };
}

const shown = (gallery: ReturnType<typeof openGallery>) =>
  gallery.groups().map(({ bin, cells }) => [bin, cells.map((cell) => Number(cell.id.slice(-4)))]);

test('bins stand in the usual order: unidentified, classes, not classed; the least certain cells first', () => {
  const { gallery } = enter([
    found(1, 'not-classed', 0.9),
    found(2, 'monocyte', 0.9),
    found(3, 'monocyte', 0.6),
    found(4, 'monocyte', 0.95, { isUnsure: true }),
    found(5, 'lymphocyte', 0.9),
    found(6, 'unidentified', 0.3),
  ]);
  expect(shown(gallery)).toEqual([
    ['unidentified', [6]],
    ['lymphocyte', [5]],
    ['monocyte', [4, 3, 2]],
    ['not-classed', [1]],
  ]);
});

test('what would teach most: doubts of another make before more of the same, the same before and after naming', () => {
  const answered = (
    n: number,
    shares: Partial<Record<'monocyte' | 'lymphocyte' | 'basophil' | 'blast', number>>,
  ) => {
    const cell = found(n, 'monocyte', 0.9);
    const probabilities = Object.entries(shares).map(([cellClass, probability]) => ({
      cellClass: cellClass as keyof typeof shares,
      probability,
    }));
    return { ...cell, model: { ...cell.model!, probabilities } };
  };
  const { gallery, press } = enter([
    foundCell(1, { bin: 'monocyte', origin: 'person', model: null, seen }),
    answered(2, { monocyte: 0.98, lymphocyte: 0.02 }),
    answered(3, { monocyte: 0.5, lymphocyte: 0.5 }),
    answered(4, { monocyte: 0.55, lymphocyte: 0.45 }),
    answered(5, { basophil: 0.7, blast: 0.3 }),
  ]);
  gallery.patch({ view: 'queue', sort: 'teaching' });
  expect(shown(gallery)).toEqual([[null, [3, 5, 4, 2, 1]]]);
  gallery.point(id(3), 'keyboard');
  press('s');
  expect(shown(gallery)).toEqual([[null, [3, 5, 4, 2, 1]]]);
});

test('filters hide cells by score, flag and field, and say how many lie in the bin all the same', () => {
  const other = id(77);
  const { gallery } = enter([
    found(1, 'monocyte', 0.9),
    found(2, 'monocyte', 0.6, { isUnsure: true, seen }),
    found(3, 'monocyte', 0.6, { fieldId: other }),
    foundCell(4, { bin: 'monocyte', origin: 'person', seen }),
    found(5, 'monocyte', 0.8, { isUnsure: true }),
  ]);
  const { filter } = gallery.get();
  const numbers = () =>
    gallery.groups().flatMap(({ cells }) => cells.map((cell) => Number(cell.id.slice(-4))));
  gallery.patch({ filter: { ...filter, score: [0.5, 0.7] } });
  expect(numbers().sort()).toEqual([2, 3]);
  expect(gallery.groups()[0]!.all).toBe(5);
  gallery.patch({ filter: { ...filter, flags: new Set(['unsure']) } });
  expect(numbers()).toEqual([5]);
  gallery.patch({ filter: { ...filter, flags: new Set(['added']) } });
  expect(numbers()).toEqual([4]);
  gallery.patch({ filter: { ...filter, fieldId: other } });
  expect(numbers()).toEqual([3]);
  gallery.patch({ filter: { ...filter, flags: new Set(['unseen']) }, view: 'queue' });
  expect(numbers()).toEqual([5, 3, 1]);
});

test('sorting by likeness puts cells last of which the model thought otherwise', () => {
  const with_ = (n: number, probability: number) => {
    const cell = found(n, 'monocyte', 0.9);
    const probabilities = [{ cellClass: 'monocyte' as const, probability }];
    return { ...cell, model: { ...cell.model!, probabilities } };
  };
  const { gallery } = enter([with_(1, 0.2), with_(2, 0.9), found(3, 'monocyte', 0.9)]);
  gallery.patch({ sort: 'likeness' });
  expect(shown(gallery)).toEqual([['monocyte', [2, 1, 3]]]);
});

test("a class's key moves the active cell, and the next unseen cell of the bin becomes active", () => {
  const { gallery, reviews, press, calls } = enter([
    found(1, 'monocyte', 0.5),
    found(2, 'monocyte', 0.6, { seen }),
    found(3, 'monocyte', 0.7),
  ]);
  gallery.point(id(1), 'keyboard');
  press('S');
  expect(reviews).toEqual([{ kind: 'reclassify', cellIds: [id(1)], bin: 'lymphocyte' }]);
  expect(gallery.get().activeId).toBe(id(3));
  expect(calls).toEqual(['nearest']);
});

test('when nothing is left unseen the neighbour becomes active, not the cell that has moved away', () => {
  const { gallery, press } = enter([
    found(1, 'monocyte', 0.5),
    found(2, 'monocyte', 0.6, { seen }),
    found(3, 'lymphocyte', 0.6, { seen }),
  ]);
  gallery.point(id(1), 'keyboard');
  press('s');
  expect(gallery.get().activeId).toBe(id(2));
});

test('under the pointer nothing scrolls: the neighbour slides there', () => {
  const { gallery, press, calls } = enter([
    found(1, 'monocyte', 0.5),
    found(2, 'monocyte', 0.6, { seen }),
  ]);
  gallery.point(id(1), 'pointer');
  press('s');
  expect(gallery.get().activeId).toBe(id(2));
  expect(calls).toEqual([]);
});

test('with a selection the key moves all of it', () => {
  const { gallery, reviews, press } = enter(
    [1, 2, 3, 4, 5].map((n) => found(n, 'monocyte', 0.5 + n / 100)),
  );
  gallery.pick(id(2), 'only');
  gallery.pick(id(4), 'range');
  gallery.pick(id(3), 'toggle');
  gallery.pick(id(5), 'toggle');
  press('s');
  expect(reviews).toEqual([
    { kind: 'reclassify', cellIds: [id(2), id(4), id(5)], bin: 'lymphocyte' },
  ]);
  expect(gallery.get().selected.size).toBe(0);
});

test('Ctrl+A takes the bin, Escape lets go', () => {
  const { gallery, press } = enter([
    found(1, 'monocyte', 0.5),
    found(2, 'lymphocyte', 0.5),
    found(3, 'monocyte', 0.6),
  ]);
  gallery.point(id(1), 'keyboard');
  press('a', { ctrlKey: true });
  expect([...gallery.get().selected]).toEqual([id(1), id(3)]);
  press('Escape');
  expect(gallery.get().selected.size).toBe(0);
});

test("Enter confirms; an unidentified cell takes the model's answer", () => {
  const { gallery, reviews, press } = enter([
    found(1, 'unidentified', 0.3),
    found(2, 'lymphocyte', 0.9),
  ]);
  gallery.point(id(1), 'keyboard');
  press('Enter');
  expect(gallery.get().activeId).toBe(id(2));
  press(' ');
  expect(reviews).toEqual([
    { kind: 'reclassify', cellIds: [id(1)], bin: 'monocyte' },
    { kind: 'see', cellIds: [id(2)] },
  ]);
});

test('Shift+Enter confirms the screen and Ctrl+Enter the bin, but never unidentified cells', () => {
  const cells = [
    found(1, 'unidentified', 0.3),
    found(2, 'lymphocyte', 0.9),
    found(3, 'monocyte', 0.9),
    found(4, 'monocyte', 0.95, { seen }),
    found(5, 'monocyte', 0.99),
  ];
  const screen = enter(cells);
  screen.gallery.point(id(2), 'keyboard');
  screen.press('Enter', { shiftKey: true });
  expect(screen.reviews).toEqual([{ kind: 'see', cellIds: [id(2), id(3), id(5)] }]);
  expect(screen.gallery.get().activeId).toBe(id(1));
  const bin = enter(cells);
  bin.gallery.point(id(3), 'keyboard');
  bin.press('Enter', { ctrlKey: true });
  expect(bin.reviews).toEqual([{ kind: 'see', cellIds: [id(3), id(5)] }]);
});

test('Ctrl+Enter leaves what was never on the screen, says so, and brings it there', () => {
  const cells = [1, 2, 3, 4].map((n) => found(n, 'monocyte', 0.5 + n / 100));
  const { gallery, reviews, calls, press } = enter(cells, {
    screen: [id(1)],
    pictured: [id(1), id(2)],
  });
  gallery.noteShown([id(2)]);
  gallery.point(id(1), 'keyboard');
  press('Enter', { ctrlKey: true });
  expect(reviews).toEqual([{ kind: 'see', cellIds: [id(1), id(2)] }]);
  expect(gallery.get()).toMatchObject({ activeId: id(3), isPointed: false });
  expect(gallery.get().note).toMatch(/^2 of 4 not on the screen yet/);
  expect(calls).toEqual(['start']);
  press('ArrowRight');
  expect(gallery.get().note).toBeNull();
});

test('Ctrl+Enter in a bin that was not looked at confirms nothing and shows it', () => {
  const cells = [found(1, 'lymphocyte', 0.9), found(2, 'monocyte', 0.9)];
  const { gallery, reviews, calls, press } = enter(cells, { screen: [id(1)] });
  gallery.point(id(2), 'keyboard');
  press('Enter', { ctrlKey: true });
  expect([reviews, calls]).toEqual([[], ['start']]);
  expect(gallery.get().note).toMatch(/^1 of 1 not on the screen yet/);
});

test('nothing is confirmed or moved whose picture has not come; it stays, and that is said', () => {
  const cells = [1, 2, 3].map((n) => found(n, 'monocyte', 0.5 + n / 100));
  const screen = cells.map((cell) => cell.id);
  const blocked = enter(cells, { screen, pictured: [] });
  blocked.gallery.noteShown(screen);
  blocked.gallery.point(id(1), 'keyboard');
  for (const key of [{}, { shiftKey: true }, { ctrlKey: true }]) blocked.press('Enter', key);
  expect(blocked.reviews).toEqual([]);
  expect(blocked.gallery.get()).toMatchObject({ activeId: id(1), shownIds: new Set() });
  blocked.press('s');
  blocked.gallery.move('lymphocyte', [id(2)]);
  expect(blocked.reviews).toEqual([]);
  expect(blocked.gallery.get().note).toMatch(/^Its picture is not on the screen yet/);
  blocked.gallery.select(screen);
  blocked.press('Enter');
  expect(blocked.reviews).toEqual([]);
  expect(blocked.gallery.get().note).toMatch(/^3 of 3 pictures/);

  const half = enter(cells, { screen, pictured: [id(2)] });
  half.press('Enter', { shiftKey: true });
  expect(half.reviews).toEqual([{ kind: 'see', cellIds: [id(2)] }]);
  expect(half.gallery.get().note).toMatch(/^2 of 3 pictures/);

  const chosen = enter(cells, { screen, pictured: [id(2)] });
  chosen.gallery.select(screen);
  chosen.press('s');
  expect(chosen.reviews).toEqual([{ kind: 'reclassify', cellIds: [id(2)], bin: 'lymphocyte' }]);
  // What is left stays chosen: once it has come, the same key goes on.
  expect(chosen.gallery.get().selected).toEqual(new Set([id(1), id(3)]));
});

test('arrows keep their column from bin to bin and stop at the ends', () => {
  const { gallery, press } = enter([
    ...[1, 2, 3, 4, 5].map((n) => found(n, 'lymphocyte', 0.5 + n / 100)),
    ...[6, 7].map((n) => found(n, 'monocyte', 0.5 + n / 100)),
  ]);
  const walk = (...keys: string[]) => {
    for (const key of keys) press(key);
    return Number(gallery.get().activeId!.slice(-4));
  };
  expect(walk('ArrowRight')).toBe(1);
  expect(walk('ArrowRight', 'ArrowRight')).toBe(3);
  expect(walk('ArrowDown')).toBe(5);
  expect(walk('ArrowDown')).toBe(7);
  expect(walk('ArrowDown')).toBe(7);
  expect(walk('ArrowUp')).toBe(5);
  expect(walk('ArrowUp', 'ArrowUp')).toBe(2);
  expect(walk('End')).toBe(5);
  expect(walk('Home', 'ArrowLeft')).toBe(1);
});

test('digits jump over unseen cells, n to the next unsure one, going round', () => {
  const { gallery, press } = enter([
    found(1, 'lymphocyte', 0.5, { isUnsure: true }),
    found(2, 'lymphocyte', 0.6, { seen }),
    found(3, 'lymphocyte', 0.7),
    found(4, 'monocyte', 0.7),
    found(5, 'unidentified', 0.3, { seen }),
  ]);
  gallery.point(id(1), 'keyboard');
  press('2');
  expect(gallery.get().activeId).toBe(id(4));
  press('n');
  expect(gallery.get().activeId).toBe(id(5));
  press('n');
  expect(gallery.get().activeId).toBe(id(1));
});

test('undo, redo and the menu of moves have their keys; keys of the site win', () => {
  const { gallery, press, calls } = enter([found(1, 'lymphocyte', 0.5)]);
  gallery.point(id(1), 'keyboard');
  press('z', { ctrlKey: true });
  press('z', { ctrlKey: true, shiftKey: true });
  press('y', { ctrlKey: true });
  press('m');
  expect(calls).toEqual(['undo', 'redo', 'redo', 'moves']);
  const keys = keysOfBins({
    classes: [
      { ...site.classes[0]!, key: 'N' },
      { ...site.classes[1]!, key: 'u' },
    ],
  });
  const stroke = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
  expect(commandOf({ ...stroke, key: 'n' }, keys)).toEqual({ kind: 'move', bin: 'lymphocyte' });
  expect(commandOf({ ...stroke, key: 'u' }, keys)).toEqual({ kind: 'move', bin: 'monocyte' });
  expect(commandOf({ ...stroke, key: 'o' }, keys)).toEqual({ kind: 'move', bin: 'not-classed' });
});

test('who may only look changes nothing', () => {
  const { gallery, press, reviews, calls } = enter([found(1, 'lymphocyte', 0.5)], {
    canChange: false,
  });
  gallery.point(id(1), 'keyboard');
  for (const key of ['s', 'f', 'Enter', 'Delete', 'm']) press(key);
  press('Enter', { shiftKey: true });
  press('z', { ctrlKey: true });
  expect(reviews).toEqual([]);
  expect(calls).toEqual([]);
});

test('undo and redo go back to the cell that they change, and every command says what it did', () => {
  const first = [1, 2, 3].map((n) => found(n, 'monocyte', n / 10));
  const { gallery, press } = enter(first);
  gallery.point(id(1), 'keyboard');
  press('s');
  expect(gallery.get().said).toMatch(/^1 cell moved to Lymphocyte\. Now Monocyte, not seen\.$/);
  press('Enter');
  expect(gallery.get().said).toMatch(/^1 cell confirmed\. /);
  expect(gallery.get().activeId).toBe(id(3));
  press('z', { ctrlKey: true });
  expect(gallery.get()).toMatchObject({ activeId: id(2), said: 'Undone.' });
  press('z', { ctrlKey: true });
  expect(gallery.get().activeId).toBe(id(1));
  press('y', { ctrlKey: true });
  expect(gallery.get()).toMatchObject({ activeId: id(1), said: 'Done again.' });
});

test('n says so when no unsure cell is left', () => {
  const { gallery, press } = enter([found(1, 'monocyte', 0.9, { seen })]);
  gallery.point(id(1), 'keyboard');
  press('n');
  expect(gallery.get().note).toBe('No unsure cell is left.');
});

test('a button that says how many it confirms confirms exactly those', () => {
  const first = [1, 2, 3, 4].map((n) => found(n, 'monocyte', 0.9));
  const { gallery, reviews } = enter(first, { screen: [], pictured: [id(2)] });
  gallery.patch({ shownIds: new Set([id(1)]) });
  const named = gallery.confirmable(gallery.groups()[0]!.cells);
  expect(named.map((cell) => cell.id)).toEqual([id(1), id(2)]);
  gallery.confirmThese(named);
  expect(reviews).toEqual([{ kind: 'see', cellIds: [id(1), id(2)] }]);
});
