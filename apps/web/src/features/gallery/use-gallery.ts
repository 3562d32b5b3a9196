/** @file Joins the gallery to the open case, its address and its keys. */
import type { Bin } from '@leukoscope/contract';
import { createContext, type RefObject, useContext, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { isTyping } from '../../components/use-key.ts';
import { useStore } from '../../components/use-store.ts';
import type { CellFlag } from '../../state/gallery-cells.ts';
import { commandOf } from '../../state/gallery-keys.ts';
import { firstGalleryState, type GalleryStore, openGallery } from '../../state/gallery-store.ts';
import { useCaseStore } from '../case/case-context.ts';
import { useCaseAccess } from '../case/case-access.ts';

/** What the grid on the screen tells the gallery. */
export interface GridHandle {
  visibleIds(): readonly string[];
  /** Whether a cell's tile is on the screen, half of it at least, with its picture loaded. */
  isPictured(id: string): boolean;
  columns(): number;
  reveal(at: 'nearest' | 'start'): void;
  focus(): void;
  /** Point at the cell under the mouse, when scrolling has not told it yet. */
  settle(): void;
}

/** The gallery for its parts. */
export const GalleryContext = createContext<GalleryStore | null>(null);

/** The gallery of the page. */
export function useGalleryStore(): GalleryStore {
  const gallery = useContext(GalleryContext);
  if (gallery === null) throw new Error('useGalleryStore must be called inside the gallery.');
  return gallery;
}

const sizeKey = 'leukoscope.tile-size';
const scaleKey = 'leukoscope.tile-scale';

/** Open the gallery of the case. */
export function useGallery(openMoves: () => void): {
  readonly gallery: GalleryStore;
  readonly grid: RefObject<GridHandle | null>;
} {
  const caseStore = useCaseStore();
  const { canChange } = useCaseAccess();
  const grid = useRef<GridHandle>(null);
  const latest = useRef({ canChange, openMoves });
  latest.current = { canChange, openMoves };
  const [query] = useSearchParams();
  const wanted = { filter: query.get('filter'), cell: query.get('cell') };
  const [gallery] = useState(() =>
    openGallery(
      {
        cells: () => {
          const state = caseStore.get();
          return state.status === 'ready' ? state.open.cells : new Map();
        },
        review: caseStore.review,
        undo: caseStore.undo,
        redo: caseStore.redo,
        canChange: () => latest.current.canChange,
        visibleIds: () => grid.current?.visibleIds() ?? [],
        isPictured: (id) => grid.current?.isPictured(id) ?? false,
        columns: () => grid.current?.columns() ?? 1,
        openMoves: () => latest.current.openMoves(),
        reveal: (at) => grid.current?.reveal(at),
      },
      {
        ...firstGalleryState,
        tileSize: Number(localStorage.getItem(sizeKey) ?? 104) || 104,
        isOneScale: localStorage.getItem(scaleKey) !== 'each',
      },
    ),
  );
  useEffect(() => {
    if (
      wanted.filter === 'unseen' ||
      wanted.filter === 'unidentified' ||
      wanted.filter === 'unsure'
    ) {
      const flags = new Set<CellFlag>([wanted.filter]);
      gallery.patch({ filter: { ...gallery.get().filter, flags } });
    }
  }, [gallery, wanted.filter]);
  useEffect(() => {
    if (wanted.cell === null) return;
    gallery.point(wanted.cell, 'keyboard');
    grid.current?.reveal('nearest');
  }, [gallery, wanted.cell]);
  const { tileSize, isOneScale } = useStore(gallery);
  useEffect(() => localStorage.setItem(scaleKey, isOneScale ? 'one' : 'each'), [isOneScale]);
  useEffect(() => localStorage.setItem(sizeKey, String(tileSize)), [tileSize]);
  return { gallery, grid };
}

/** Keys that do something else where they are pressed: on buttons, in menus. */
const ownKeys = new Set([
  'Enter',
  ' ',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
]);

/** Hear the keys of the gallery wherever the focus is, but not in texts and dialogs. */
export function useGalleryKeys(
  gallery: GalleryStore,
  grid: RefObject<GridHandle | null>,
  binOfKey: ReadonlyMap<string, Bin>,
): void {
  const latest = useRef(binOfKey);
  latest.current = binOfKey;
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isTyping(event.target)) return;
      if (document.querySelector('dialog[open], [popover]:popover-open') !== null) return;
      const isElsewhere =
        event.target instanceof Element &&
        event.target.closest('button, a, summary, input') !== null;
      if (isElsewhere && ownKeys.has(event.key)) return;
      const command = commandOf(event, latest.current);
      if (command === undefined) return;
      // With nothing selected, Escape closes what else is open.
      if (command.kind === 'clear' && gallery.get().selected.size === 0) return;
      // A held key would move a whole bin: only walking may repeat.
      const mayRepeat =
        command.kind === 'step' || command.kind === 'undo' || command.kind === 'redo';
      event.preventDefault();
      if (event.repeat && !mayRepeat) return;
      grid.current?.settle();
      gallery.run(command);
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, [gallery, grid]);
}
