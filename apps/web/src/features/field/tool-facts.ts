/**
 * @file The tools of the viewer for people: names, keys, and what to do with each.
 *
 * Tools take Shift and a letter: plain letters are the site's keys of cell classes.
 */
import {
  Lasso,
  type LucideIcon,
  MousePointer2,
  PenLine,
  Pentagon,
  Ruler,
  Scaling,
  SquarePlus,
} from 'lucide-react';
import type { Tool } from '../../viewer/tool-machine.ts';

/** What people need to know of a tool. */
export interface ToolFacts {
  readonly tool: Tool;
  readonly name: string;
  /** Pressed together with Shift. */
  readonly key: string;
  readonly icon: LucideIcon;
  readonly hint: string;
  readonly hintForFingers: string;
}

const byLine = 'Drag around the cell in one stroke, or click its corners one by one.';
const byFinger = 'Draw around the cell with one finger, or tap its corners.';

/** The tools in the order of the toolbar. */
export const toolFacts: readonly ToolFacts[] = [
  {
    tool: 'look',
    name: 'Move and select',
    key: 'V',
    icon: MousePointer2,
    hint: '',
    hintForFingers: '',
  },
  {
    tool: 'add-outline',
    name: 'Add a cell by its outline',
    key: 'A',
    icon: Lasso,
    hint: byLine,
    hintForFingers: byFinger,
  },
  {
    tool: 'add-box',
    name: 'Add a cell by a box',
    key: 'B',
    icon: SquarePlus,
    hint: 'Drag from one corner of the cell to the opposite one.',
    hintForFingers: 'Draw from one corner of the cell to the opposite one.',
  },
  {
    tool: 'redraw-outline',
    name: 'Redraw the outline of the selected cell',
    key: 'R',
    icon: PenLine,
    hint: byLine,
    hintForFingers: byFinger,
  },
  {
    tool: 'redraw-box',
    name: 'Redraw the selected cell as a box',
    key: 'X',
    icon: Scaling,
    hint: 'Drag the handles or the inside of the box, or draw a new one. The box replaces an outline.',
    hintForFingers: 'Drag the handles or the inside of the box. The box replaces an outline.',
  },
  {
    tool: 'measure-distance',
    name: 'Measure a distance',
    key: 'M',
    icon: Ruler,
    hint: 'Drag from end to end, or click along a line and press Enter.',
    hintForFingers: 'Draw from end to end, or tap along a line.',
  },
  {
    tool: 'measure-area',
    name: 'Measure an area',
    key: 'P',
    icon: Pentagon,
    hint: 'Drag around it in one stroke, or click its corners.',
    hintForFingers: 'Draw around it with one finger, or tap its corners.',
  },
];
