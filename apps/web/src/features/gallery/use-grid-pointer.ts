/** @file Mouse, pen and finger in the grid: point at a cell, pick cells, draw a box around them, drag them. */
import type { Box } from '@leukoscope/core';
import {
  type DragEvent,
  type MouseEvent,
  type PointerEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { isTyping } from '../../components/use-key.ts';
import { cellsInBox, type GalleryRow, type RowSizes } from '../../state/gallery-rows.ts';
import { cellCount } from '../../state/review-intent.ts';
import styles from './GalleryGrid.module.css';
import { useGalleryStore } from './use-gallery.ts';

/** The kind of data that a drag of cells carries: ids, one a line. */
export const cellsMedia = 'application/x-leukoscope-cells';
/** Milliseconds without scrolling after which the cell under the mouse is asked for. */
const restMs = 80;

/** Follow pointers in the grid. */
export function useGridPointer(parts: {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly rows: readonly GalleryRow[];
  readonly sizes: RowSizes;
  readonly canChange: boolean;
  readonly isSelecting: boolean;
  readonly onMenu: () => void;
}) {
  const { frame, rows, sizes, canChange, isSelecting, onMenu } = parts;
  const gallery = useGalleryStore();
  const [band, setBand] = useState<Box>();
  const bandFrom = useRef<{ x: number; y: number; before: ReadonlySet<string> }>(undefined);
  /** Where the mouse is in the window; undefined outside of the grid. */
  const mouse = useRef<{ x: number; y: number }>(undefined);

  const placeOf = (event: { clientX: number; clientY: number }) => {
    const { left, top } = frame.current!.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top + frame.current!.scrollTop };
  };
  // While cells scroll by, none of them is meant; to ask for each would lay the page out in every frame.
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(resting.current), []);
  const pointAtMouse = () => {
    clearTimeout(resting.current);
    resting.current = undefined;
    if (mouse.current === undefined || !gallery.get().isPointed || isWriting()) return;
    const id = cellIdOf(document.elementFromPoint(mouse.current.x, mouse.current.y));
    if (id !== undefined) gallery.point(id, 'pointer');
  };
  // Another cell slides under a resting mouse when one goes away: keys then mean that one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows tell that cells have moved.
  useLayoutEffect(pointAtMouse, [rows]);

  const handlers = {
    onPointerMove(event: PointerEvent) {
      const from = bandFrom.current;
      if (from !== undefined) {
        const { x, y } = placeOf(event);
        const box = {
          x1: Math.min(from.x, x),
          y1: Math.min(from.y, y),
          x2: Math.max(from.x, x),
          y2: Math.max(from.y, y),
        };
        setBand(box);
        gallery.select([...from.before, ...cellsInBox(rows, sizes, box)]);
        return;
      }
      // Scrolling also sends moves of a mouse that rests; a finger points at nothing before it taps.
      const isMoved = mouse.current?.x !== event.clientX || mouse.current.y !== event.clientY;
      // Who writes a comment on a cell must not lose the cell by touching the mouse.
      if (event.pointerType === 'touch' || !isMoved || isWriting()) return;
      mouse.current = { x: event.clientX, y: event.clientY };
      const id = cellIdOf(event.target);
      if (id !== undefined) gallery.point(id, 'pointer');
    },
    onPointerLeave() {
      mouse.current = undefined;
    },
    onScroll() {
      clearTimeout(resting.current);
      resting.current = setTimeout(pointAtMouse, restMs);
    },
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      const isFree = cellIdOf(event.target) === undefined && !isButton(event.target);
      if (event.button !== 0 || event.pointerType === 'touch' || !isFree) return;
      // On the scroll bar, which lies right of the content.
      if (event.nativeEvent.offsetX > frame.current!.clientWidth) return;
      const before = event.ctrlKey || event.shiftKey ? gallery.get().selected : new Set<string>();
      bandFrom.current = { ...placeOf(event), before };
      event.currentTarget.setPointerCapture(event.pointerId);
      gallery.select(before);
    },
    onPointerUp() {
      bandFrom.current = undefined;
      setBand(undefined);
    },
    onPointerCancel() {
      bandFrom.current = undefined;
      setBand(undefined);
    },
    onClick(event: MouseEvent) {
      const id = cellIdOf(event.target);
      if (id === undefined) return;
      const isMore = event.ctrlKey || event.metaKey || isSelecting;
      gallery.pick(id, event.shiftKey ? 'range' : isMore ? 'toggle' : 'only');
    },
    onContextMenu(event: MouseEvent) {
      const id = cellIdOf(event.target);
      if (id === undefined || !canChange) return;
      event.preventDefault();
      if (!gallery.get().selected.has(id)) gallery.pick(id, 'only');
      onMenu();
    },
    onDragStart(event: DragEvent) {
      const id = cellIdOf(event.target);
      if (id === undefined) return;
      const { selected } = gallery.get();
      const ids = selected.has(id) ? [...selected] : [id];
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData(cellsMedia, ids.join('\n'));
      if (ids.length > 1) setDragText(event, cellCount(ids.length));
    },
  };
  return {
    handlers,
    band,
    /** To be called before a key acts: it means the cell that is under the mouse now. */
    settle() {
      if (resting.current !== undefined) pointAtMouse();
    },
  };
}

function cellIdOf(target: EventTarget | null): string | undefined {
  if (!(target instanceof Element)) return undefined;
  return target.closest<HTMLElement>('[data-cell]')?.dataset['cell'];
}

function isWriting(): boolean {
  return isTyping(document.activeElement);
}

function isButton(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button') !== null;
}

/** Browsers take the picture of a drag from an element of the page, at once. */
function setDragText(event: DragEvent, text: string): void {
  const badge = document.createElement('div');
  badge.className = styles.badge ?? '';
  badge.textContent = text;
  document.body.append(badge);
  event.dataTransfer.setDragImage(badge, 12, 12);
  setTimeout(() => badge.remove());
}
