import { beforeEach, expect, test } from 'vitest';
import type { ReviewIntent } from '../state/review-intent.ts';
import { everyCell } from './cell-filter.ts';
import type { DeskScene } from './desk-state.ts';
import { createFieldDesk, type DeskPointer, type FieldDesk } from './field-desk.ts';
import { testCell } from './test-cell.ts';

const cells = [
  testCell({ id: 'a', box: { x1: 10, y1: 10, x2: 40, y2: 40 } }),
  testCell({ id: 'b', box: { x1: 60, y1: 10, x2: 90, y2: 40 }, isUnsure: true }),
];
const field: DeskScene['field'] = {
  id: 'f1',
  caseId: 'c',
  position: 1,
  fileName: 'one.png',
  sha256: '',
  mediaType: 'image/png',
  sizeBytes: 1,
  width: 200,
  height: 100,
  pixelSizeUm: 0.5,
  revision: 1,
  state: 'analysed',
  failure: null,
  analysis: null,
  flags: [],
  cells: 2,
  createdAt: '2026-01-01T00:00:00Z',
};
const scene: DeskScene = { field, cells, locked: null };

let sent: ReviewIntent[] = [];
let desk: FieldDesk;

beforeEach(() => {
  sent = [];
  desk = createFieldDesk((intent) => sent.push(intent));
  desk.setScene(scene);
  desk.setPicture(() => true);
});

function point(kind: DeskPointer['kind'], x: number, y: number, isShift = false): boolean {
  return desk.pointer({ kind, at: { x, y }, scale: 1, isTouch: false, isShift });
}

function stroke(...points: [number, number][]): void {
  point('press', ...points[0]!);
  for (const at of points.slice(1)) point('drag', ...at);
  point('release', ...points.at(-1)!);
}

test('a click selects the cell under it, shift adds one, a click beside all cells selects none', () => {
  point('click', 20, 20);
  expect(desk.state.get().selected).toEqual(['a']);
  point('click', 70, 20, true);
  expect(desk.state.get().selected).toEqual(['a', 'b']);
  point('click', 150, 50);
  expect(desk.state.get().selected).toEqual([]);
});

test('hidden outlines can be neither hovered nor clicked', () => {
  desk.state.patch({ isOverlayShown: false });
  point('move', 20, 20);
  point('click', 20, 20);
  expect(desk.state.get()).toMatchObject({ hovered: null, selected: [] });
});

test('filtered cells can be neither hovered nor clicked', () => {
  desk.state.patch({ filter: { ...everyCell, flags: ['unsure'] } });
  point('move', 20, 20);
  expect(desk.state.get().hovered).toBeNull();
  point('move', 70, 20);
  expect(desk.state.get().hovered).toBe('b');
});

test('looking never keeps the image from moving; a tool that draws does', () => {
  point('press', 20, 20);
  expect(point('drag', 30, 20)).toBe(false);
  desk.choose('add-box');
  point('press', 100, 20);
  expect(point('drag', 130, 50)).toBe(true);
});

test('a drawn box waits for its type and is then sent whole', () => {
  desk.choose('add-box');
  stroke([100, 20], [130, 60]);
  expect(sent).toEqual([]);
  desk.assign('basophil');
  const box = { x1: 100, y1: 20, x2: 130, y2: 60 };
  expect(sent).toEqual([{ kind: 'add', fieldId: 'f1', box, mask: null, bin: 'basophil' }]);
  expect(desk.state.get()).toMatchObject({ draft: null, tool: { tool: 'add-box' } });
});

test('an added cell is selected, and stays so when the server gives it another id', () => {
  desk.choose('add-box');
  stroke([100, 20], [130, 60]);
  desk.assign('basophil');
  const box = { x1: 100, y1: 20, x2: 130, y2: 60 };
  desk.setScene({ ...scene, cells: [...cells, testCell({ id: 'mine', box })] });
  expect(desk.state.get().selected).toEqual(['mine']);
  desk.setScene({ ...scene, cells: [...cells, testCell({ id: 'theirs', box })] });
  expect(desk.state.get().selected).toEqual(['theirs']);
});

test('a drawn outline is sent with a mask of the whole field', () => {
  desk.choose('add-outline');
  stroke([100, 20], [140, 20], [140, 60], [100, 60]);
  desk.assign('monocyte');
  expect(sent[0]).toMatchObject({
    kind: 'add',
    bin: 'monocyte',
    box: { x1: 100, y1: 20, x2: 140, y2: 60 },
    mask: { width: 200, height: 100 },
  });
});

test('redrawing needs one selected cell and changes that one', () => {
  desk.choose('redraw-outline');
  expect(desk.state.get().tool.tool).toBe('look');
  desk.select(['a']);
  desk.choose('redraw-outline');
  stroke([10, 10], [50, 10], [50, 50], [10, 50]);
  expect(sent[0]).toMatchObject({
    kind: 'redraw',
    cellIds: ['a'],
    box: { x1: 10, y1: 10, x2: 50, y2: 50 },
  });
});

test('the handles of the selected box redraw it', () => {
  desk.select(['a']);
  desk.choose('redraw-box');
  stroke([40, 25], [45, 25], [55, 25]);
  expect(sent).toEqual([
    { kind: 'redraw', cellIds: ['a'], box: { x1: 10, y1: 10, x2: 55, y2: 40 }, mask: null },
  ]);
});

test('too small a shape is refused with the reason', () => {
  desk.choose('add-outline');
  stroke([100, 20], [106, 20], [100, 21]);
  expect(desk.state.get().draft).toBeNull();
  expect(desk.state.get().message).toContain('at least 4 pixels');
});

test('a measurement stays, in micrometres, and changes no cell', () => {
  desk.choose('measure-distance');
  stroke([0, 0], [50, 0], [100, 0]);
  expect(desk.state.get().measurement?.text).toBe('50.0 µm (100 px)');
  expect(sent).toEqual([]);
});

test('a locked case refuses every change and says why, but measures', () => {
  desk.setScene({ ...scene, locked: 'Locked: the case is signed.' });
  desk.select(['a']);
  desk.assign('blast');
  desk.confirm();
  desk.remove();
  desk.placeBox({ x1: 0, y1: 0, x2: 50, y2: 50 }, 'redraw');
  desk.choose('add-box');
  expect(sent).toEqual([]);
  expect(desk.state.get()).toMatchObject({
    tool: { tool: 'look' },
    message: 'Locked: the case is signed.',
  });
  desk.choose('measure-area');
  expect(desk.state.get().tool.tool).toBe('measure-area');
});

test('a case that is locked meanwhile takes the tool away', () => {
  desk.choose('add-box');
  desk.setScene({ ...scene, locked: 'Locked: the case is signed.' });
  expect(desk.state.get().tool.tool).toBe('look');
});

test('reclassify, confirm and delete take all selected cells at once', () => {
  desk.select(['b', 'a']);
  desk.assign('blast');
  desk.confirm();
  desk.remove();
  expect(sent).toEqual([
    { kind: 'reclassify', cellIds: ['b', 'a'], bin: 'blast' },
    { kind: 'see', cellIds: ['b', 'a'] },
    { kind: 'delete', cellIds: ['b', 'a'] },
  ]);
});

test('confirming an unidentified cell takes the answer of the model', () => {
  const unidentified = testCell({ id: 'u', bin: 'unidentified' });
  desk.setScene({ ...scene, cells: [...cells, unidentified] });
  desk.select(['a', 'u']);
  desk.confirm();
  expect(sent).toEqual([
    { kind: 'see', cellIds: ['a'] },
    { kind: 'reclassify', cellIds: ['u'], bin: 'neutrophil' },
  ]);
});

test('cancel goes back one step at a time', () => {
  desk.choose('add-outline');
  point('press', 100, 20);
  point('release', 100, 20);
  const steps: string[] = [];
  while (desk.cancel()) {
    const { tool } = desk.state.get();
    steps.push(`${tool.tool} ${tool.drawing.kind}`);
  }
  expect(steps).toEqual(['add-outline none', 'look none']);
  desk.select(['a']);
  expect(desk.cancel()).toBe(true);
  expect(desk.state.get().selected).toEqual([]);
  expect(desk.cancel()).toBe(false);
});

test('next unsure selects the cell that somebody must look at', () => {
  expect(desk.goToUnsure()?.id).toBe('b');
  expect(desk.state.get().selected).toEqual(['b']);
});

test('another field keeps filter and display, and drops selection and tool', () => {
  desk.state.patch({ isGridShown: true });
  desk.select(['a']);
  desk.choose('measure-area');
  desk.setScene({ ...scene, field: { ...field, id: 'f2' }, cells: [] });
  expect(desk.state.get()).toMatchObject({
    isGridShown: true,
    selected: [],
    tool: { tool: 'look' },
  });
});

test('nothing is confirmed or moved where the image has not come; deleting needs no look', () => {
  desk.setPicture((box) => box.x1 > 50);
  desk.select(['a', 'b']);
  desk.confirm();
  desk.assign('monocyte');
  expect(sent).toEqual([]);
  expect(desk.state.get().message).toMatch(/not there yet/);
  desk.select(['b']);
  desk.confirm();
  expect(sent).toHaveLength(1);
  const bare = createFieldDesk((intent) => sent.push(intent));
  bare.setScene(scene);
  bare.select(['a']);
  bare.confirm();
  expect(sent).toHaveLength(1);
});
