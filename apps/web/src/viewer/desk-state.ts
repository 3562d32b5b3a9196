/** @file What the page of a field knows beside the case: selection, tool, filter, how things are shown. */
import type { Cell, Field } from '@leukoscope/contract';
import { type CellFilter, everyCell } from './cell-filter.ts';
import type { CellShape } from './cell-shape.ts';
import { type DisplayAids, plainDisplay } from './display-aids.ts';
import type { KeptMeasurement } from './draw-tool.ts';
import { lookAround, type ToolState } from './tool-machine.ts';

/** The state of the page. */
export interface DeskState {
  readonly tool: ToolState;
  /** In the order of selection; the last one's detail is shown. */
  readonly selected: readonly string[];
  readonly hovered: string | null;
  readonly filter: CellFilter;
  readonly isOverlayShown: boolean;
  readonly isGridShown: boolean;
  readonly display: DisplayAids;
  /** A drawn cell that has no type yet. */
  readonly draft: CellShape | null;
  readonly measurement: KeptMeasurement | null;
  /** What the last action came to, for people; also read out. */
  readonly message: string;
}

/** What the page shows: comes from the case. */
export interface DeskScene {
  readonly field: Field;
  /** The field's cells in reading order. */
  readonly cells: readonly Cell[];
  /** Why cells cannot be changed; null when they can. */
  readonly locked: string | null;
}

/** The state a page begins with. */
export const firstDeskState: DeskState = {
  tool: lookAround,
  selected: [],
  hovered: null,
  filter: everyCell,
  isOverlayShown: true,
  isGridShown: false,
  display: plainDisplay,
  draft: null,
  measurement: null,
  message: '',
};
