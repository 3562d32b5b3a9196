/**
 * @file The keys of the page of a field.
 *
 * With a cell selected (or a drawn one waiting for its type) the site's class keys come first, so that
 * a site may use any letter; tools take Shift, which class keys never do. Undo and redo are heard by the
 * head of the case.
 */
import type { Bin } from '@leukoscope/contract';
import { useEffect, useRef } from 'react';
import { isTyping } from '../../components/use-key.ts';
import { useFieldPage } from './desk-context.ts';
import { toolFacts } from './tool-facts.ts';

/** What keys do that is not the desk's or the viewer's. */
export interface FieldKeyActions {
  /** The site's keys of bins, in lower case. */
  readonly binOfKey: ReadonlyMap<string, Bin>;
  readonly goToField: (step: 1 | -1) => void;
  readonly goToUnsure: (step: 1 | -1) => void;
}

/** Share of the view that an arrow key moves. */
const panStep = 0.12;
const zoomStep = 1.4;

/** Listen to the keys while the page is there. */
export function useFieldKeys(actions: FieldKeyActions): void {
  const { desk, viewer } = useFieldPage();
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const plain: Readonly<Record<string, () => void>> = {
      '+': () => viewer?.zoomBy(zoomStep),
      '=': () => viewer?.zoomBy(zoomStep),
      '-': () => viewer?.zoomBy(1 / zoomStep),
      '0': () => viewer?.fit(),
      '1': () => viewer?.oneToOne(),
      ArrowLeft: () => viewer?.panBy(-panStep, 0),
      ArrowRight: () => viewer?.panBy(panStep, 0),
      ArrowUp: () => viewer?.panBy(0, -panStep),
      ArrowDown: () => viewer?.panBy(0, panStep),
      '[': () => latest.current.goToField(-1),
      ']': () => latest.current.goToField(1),
      n: () => latest.current.goToUnsure(1),
      h: () => desk.state.patch({ isOverlayShown: !desk.state.get().isOverlayShown }),
    };
    const withShift: Readonly<Record<string, () => void>> = {
      '+': plain['+']!,
      N: () => latest.current.goToUnsure(-1),
      H: plain['h']!,
      ...Object.fromEntries(toolFacts.map(({ key, tool }) => [key, () => desk.choose(tool)])),
    };

    const act = (event: KeyboardEvent): boolean => {
      const { key } = event;
      if (event.ctrlKey || event.metaKey || event.altKey) return false;
      const drawing = desk.state.get().tool.drawing.kind !== 'none';
      if (key === 'Escape') return desk.cancel();
      if (key === 'Enter') {
        if (isControl(event.target)) return false;
        if (drawing) desk.finish();
        else desk.confirm();
        return true;
      }
      if (key === 'Backspace' && drawing) return desk.stepBack();
      if (key === 'Delete') {
        desk.remove();
        return true;
      }
      const table = event.shiftKey ? withShift : plain;
      const isDeciding = desk.state.get().draft !== null || desk.state.get().selected.length > 0;
      if (isDeciding && !event.shiftKey) {
        const bin = latest.current.binOfKey.get(key.toLowerCase());
        if (bin !== undefined) {
          desk.assign(bin);
          return true;
        }
      }
      const action = Object.hasOwn(table, key) ? table[key] : undefined;
      action?.();
      return action !== undefined;
    };
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return;
      if (document.querySelector('dialog[open], [popover]:popover-open') !== null) return;
      if (act(event)) event.preventDefault();
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, [desk, viewer]);
}

/** Enter belongs to the control that has the focus. */
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, summary') !== null;
}
