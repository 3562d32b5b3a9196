/**
 * @file Everything a person does with a field: selecting, drawing, measuring, reviewing.
 *
 * The desk turns pointer events in image pixels and commands into its state and into reviews of the
 * case. It draws nothing and knows no page: `field-viewer` shows it, React shows its state.
 */
import type { Bin, Cell } from '@leukoscope/contract';
import type { Box, Point } from '@leukoscope/core';
import { binName } from '../state/bins.ts';
import { confirmationsOf } from '../state/confirm-cells.ts';
import { createStore, type Store } from '../state/create-store.ts';
import type { ReviewIntent } from '../state/review-intent.ts';
import { isUnsure } from '../state/unsure-cells.ts';
import { handleAt } from './box-handles.ts';
import { filterCells, nextCell } from './cell-filter.ts';
import { type CellShape, shapeOfBox, shapeOfRing, smallestSide } from './cell-shape.ts';
import { type DeskScene, type DeskState, firstDeskState } from './desk-state.ts';
import { ringOfPoints } from './draw-tool.ts';
import { cellAt } from './hit-test.ts';
import { measurementText, measurePath, measureRing } from './measure.ts';
import { simplifyRing } from './simplify-ring.ts';
import { type Drawn, isEditingTool, type Tool, type ToolEvent, toolStep } from './tool-machine.ts';
import { clampPoint } from './view-transform.ts';

/** What the pointer did, in image pixels. `scale` is CSS pixels a pixel of the image. */
export interface DeskPointer {
  readonly kind: 'press' | 'drag' | 'release' | 'click' | 'move' | 'leave';
  readonly at: Point;
  readonly scale: number;
  readonly isTouch: boolean;
  readonly isShift: boolean;
}

/** The desk of one case. */
export interface FieldDesk {
  readonly state: Pick<Store<DeskState>, 'get' | 'subscribe' | 'patch'>;
  /** Show a field and its cells. */
  setScene(scene: DeskScene): void;
  scene(): DeskScene | null;
  /** Tell the desk how to find out whether the image is there where a cell lies. Until then it is not. */
  setPicture(isThere: (box: Box) => boolean): void;
  /** Cells the filter shows, in reading order. */
  shown(): readonly Cell[];
  /** Selected cells that exist, in the order of selection. */
  selection(): readonly Cell[];
  /** Returns whether the pointer drew, so that the image must not move. */
  pointer(event: DeskPointer): boolean;
  select(ids: readonly string[]): void;
  /** Add to the selection, or take out of it. */
  toggle(id: string): void;
  choose(tool: Tool): void;
  /** Close the line that is being drawn. */
  finish(): void;
  /** Take the last corner back; returns whether there was one. */
  stepBack(): boolean;
  /** Drop, in this order: drawing, draft, tool, measurement, selection; returns whether there was one. */
  cancel(): boolean;
  /** Give the draft its type, or move the selected cells. */
  assign(bin: Bin): void;
  /** Add a cell, or redraw the selected one, by numbers. */
  placeBox(box: Box, purpose: 'add' | 'redraw'): void;
  /** Mark the selected cells as seen; unidentified ones take the model's answer, as in the gallery. */
  confirm(): void;
  remove(): void;
  /** The next cell that somebody must look at; selects it. */
  goToUnsure(step?: 1 | -1): Cell | undefined;
}

/** CSS pixels that count as "the same place". */
const mouseReach = 5;
const fingerReach = 14;
/** CSS pixels a drawn stroke may be simplified by: less than a line's width. */
const strokeTolerance = 0.8;

/** Make a desk; `review` gets every change of cells. */
export function createFieldDesk(review: (intent: ReviewIntent) => void): FieldDesk {
  const state = createStore<DeskState>(firstDeskState);
  let scene: DeskScene | null = null;
  let isPictureThere: (box: Box) => boolean = () => false;
  // The place of a cell that was just added: it is selected when the case shows it.
  let awaited: Box | undefined;
  let filtered: { cells: readonly Cell[]; filter: object; result: readonly Cell[] } | undefined;

  const shown = (): readonly Cell[] => {
    if (scene === null) return [];
    const { filter } = state.get();
    if (filtered?.cells !== scene.cells || filtered.filter !== filter) {
      filtered = { cells: scene.cells, filter, result: filterCells(scene.cells, filter) };
    }
    return filtered.result;
  };

  const selection = (): readonly Cell[] => {
    const byId = new Map(scene?.cells.map((cell) => [cell.id, cell]));
    return state.get().selected.flatMap((id) => byId.get(id) ?? []);
  };

  const mayEdit = (): boolean => {
    if (scene === null) return false;
    if (scene.locked !== null) state.patch({ message: scene.locked });
    return scene.locked === null;
  };

  /** The selection, if all of it can have been looked at: nobody has seen a cell whose image did not come. */
  const looked = (): readonly Cell[] => {
    const cells = selection();
    if (cells.length === 0 || !mayEdit()) return [];
    if (cells.every(({ box }) => isPictureThere(box))) return cells;
    state.patch({ message: 'The image is not there yet where the cell lies. Wait, and repeat.' });
    return [];
  };

  const tooSmall = () =>
    state.patch({
      message: `A cell must be at least ${smallestSide} pixels wide and high and lie in the field. Draw it larger.`,
    });

  const redraw = (shape: CellShape) => {
    const [cell] = selection().slice(-1);
    if (cell === undefined || !mayEdit()) return;
    review({ kind: 'redraw', cellIds: [cell.id], ...shape });
    state.patch({ message: 'Outline redrawn.' });
  };

  const finishDrawn = (drawn: Drawn, scale: number) => {
    if (scene === null) return;
    const { tool } = state.get().tool;
    const { field } = scene;
    if (tool === 'measure-distance' || tool === 'measure-area') {
      if (drawn.kind !== 'path') return;
      const { points, isClosed } = drawn;
      const measured = isClosed
        ? measureRing(ringOfPoints(points), field.pixelSizeUm)
        : measurePath(points, field.pixelSizeUm);
      const text = measurementText(measured);
      const what = isClosed ? 'Area' : 'Distance';
      state.patch({ measurement: { points, isClosed, text }, message: `${what}: ${text}` });
      return;
    }
    const shape =
      drawn.kind === 'box'
        ? shapeOfBox(drawn.box, field)
        : shapeOfRing(simplifyRing(ringOfPoints(drawn.points), strokeTolerance / scale), field);
    if (shape === undefined) tooSmall();
    else if (tool === 'redraw-outline' || tool === 'redraw-box') redraw(shape);
    else state.patch({ draft: shape, selected: [], message: 'Choose the type of the new cell.' });
  };

  const step = (event: ToolEvent, scale: number) => {
    const { state: tool, done } = toolStep(state.get().tool, event);
    if (tool !== state.get().tool) state.patch({ tool });
    if (done !== undefined) finishDrawn(done, scale);
  };

  const lookPointer = (event: DeskPointer, reach: number) => {
    const under = () => cellAt(state.get().isOverlayShown ? shown() : [], event.at, reach)?.id;
    if (event.kind === 'move' || event.kind === 'leave') {
      const hovered = event.kind === 'leave' ? null : (under() ?? null);
      if (hovered !== state.get().hovered) state.patch({ hovered });
    } else if (event.kind === 'click') {
      const id = under();
      if (event.isShift && id !== undefined) desk.toggle(id);
      else if (!event.isShift) desk.select(id === undefined ? [] : [id]);
    }
    return false;
  };

  const toolPointer = (event: DeskPointer, reach: number) => {
    const { tool } = state.get().tool;
    const at = scene === null ? event.at : clampPoint(event.at, scene.field);
    switch (event.kind) {
      case 'press': {
        const [cell] = tool === 'redraw-box' ? selection().slice(-1) : [];
        const handle = cell === undefined ? undefined : handleAt(cell.box, event.at, reach);
        const grip =
          cell === undefined || handle === undefined ? undefined : { handle, box: cell.box };
        step({ kind: 'press', at: event.at, ...(grip !== undefined && { grip }) }, event.scale);
        break;
      }
      case 'drag':
      case 'release':
        step({ kind: event.kind, at, reach }, event.scale);
        break;
      case 'move':
        step({ kind: 'move', at }, event.scale);
        break;
      default:
    }
    return event.kind === 'drag';
  };

  const add = (shape: CellShape, bin: Bin) => {
    if (scene === null || !mayEdit()) return;
    review({ kind: 'add', fieldId: scene.field.id, ...shape, bin });
    awaited = shape.box;
    state.patch({ draft: null, message: `${binName(bin)} added.` });
  };

  const desk: FieldDesk = {
    state,
    scene: () => scene,
    shown,
    selection,
    setPicture(isThere) {
      isPictureThere = isThere;
    },
    setScene(next) {
      const before = state.get();
      const isSameField = scene?.field.id === next.field.id;
      const old = new Map(scene?.cells.map((cell) => [cell.id, cell]));
      scene = next;
      if (!isSameField) {
        const { filter, isOverlayShown, isGridShown, display } = before;
        state.set({ ...firstDeskState, filter, isOverlayShown, isGridShown, display });
        return;
      }
      const ids = new Set(next.cells.map(({ id }) => id));
      const fresh = next.cells.filter(({ id }) => !old.has(id));
      const withBox = (box: Box | undefined) =>
        box === undefined ? undefined : fresh.find((cell) => sameBox(cell.box, box))?.id;
      // A drawn cell gets another id once the server knows it: the selection follows it by its place.
      const selected = before.selected.flatMap((id) =>
        ids.has(id) ? id : (withBox(old.get(id)?.box) ?? []),
      );
      const added = withBox(awaited);
      if (added !== undefined) awaited = undefined;
      const isLockedTool = next.locked !== null && isEditingTool(before.tool.tool);
      state.set({
        ...before,
        selected: added === undefined ? selected : [added],
        hovered: before.hovered !== null && ids.has(before.hovered) ? before.hovered : null,
        ...(isLockedTool && { tool: firstDeskState.tool, draft: null, message: next.locked ?? '' }),
      });
    },
    pointer(event) {
      const reach = (event.isTouch ? fingerReach : mouseReach) / event.scale;
      if (state.get().tool.tool === 'look') return lookPointer(event, event.isTouch ? reach : 0);
      // A second stroke before the type was chosen replaces the first.
      if (event.kind === 'press' && state.get().draft !== null) state.patch({ draft: null });
      return toolPointer(event, reach);
    },
    select(ids) {
      state.patch({ selected: ids });
    },
    toggle(id) {
      const { selected } = state.get();
      const isIn = selected.includes(id);
      state.patch({
        selected: isIn ? selected.filter((other) => other !== id) : [...selected, id],
      });
    },
    choose(tool) {
      if (isEditingTool(tool) && !mayEdit()) return;
      if (tool.startsWith('redraw-') && selection().length !== 1) {
        state.patch({ message: 'Select one cell to redraw it.' });
        return;
      }
      const { state: next } = toolStep(state.get().tool, { kind: 'choose', tool });
      state.patch({ tool: next, draft: null, hovered: null, measurement: null, message: '' });
    },
    finish() {
      step({ kind: 'finish' }, 1);
    },
    stepBack() {
      if (state.get().tool.drawing.kind === 'none') return false;
      step({ kind: 'step-back' }, 1);
      return true;
    },
    cancel() {
      const { tool, draft, measurement, selected } = state.get();
      if (tool.drawing.kind !== 'none') step({ kind: 'cancel' }, 1);
      else if (draft !== null) state.patch({ draft: null, message: 'The new cell was dropped.' });
      else if (tool.tool !== 'look') {
        step({ kind: 'cancel' }, 1);
        state.patch({ measurement: null, message: '' });
      } else if (measurement !== null) state.patch({ measurement: null, message: '' });
      else if (selected.length > 0) state.patch({ selected: [] });
      else return false;
      return true;
    },
    assign(bin) {
      const { draft } = state.get();
      if (draft !== null) {
        add(draft, bin);
        return;
      }
      const cells = looked();
      if (cells.length === 0) return;
      review({ kind: 'reclassify', cellIds: cells.map(({ id }) => id), bin });
      state.patch({ message: `${countOf(cells)} moved to ${binName(bin)}.` });
    },
    placeBox(box, purpose) {
      if (scene === null || !mayEdit()) return;
      const shape = shapeOfBox(box, scene.field);
      if (shape === undefined) tooSmall();
      else if (purpose === 'redraw') redraw(shape);
      else state.patch({ draft: shape, selected: [], message: 'Choose the type of the new cell.' });
    },
    confirm() {
      const cells = looked();
      if (cells.length === 0) return;
      for (const intent of confirmationsOf(cells)) review(intent);
      state.patch({ message: `${countOf(cells)} confirmed.` });
    },
    remove() {
      const cells = selection();
      if (cells.length === 0 || !mayEdit()) return;
      review({ kind: 'delete', cellIds: cells.map(({ id }) => id) });
      state.patch({ selected: [], message: `${countOf(cells)} deleted. Undo brings it back.` });
    },
    goToUnsure(direction = 1) {
      const cell = nextCell(shown(), state.get().selected.at(-1), isUnsure, direction);
      if (cell !== undefined) desk.select([cell.id]);
      return cell;
    },
  };
  return desk;
}

function countOf(cells: readonly Cell[]): string {
  return cells.length === 1 ? 'Cell' : `${cells.length} cells`;
}

function sameBox(a: Box, b: Box): boolean {
  return a.x1 === b.x1 && a.y1 === b.y1 && a.x2 === b.x2 && a.y2 === b.y2;
}
