/** @file The gallery of a case: bins, cells, the cell in focus, and every way to move cells about. */
import type { Bin, Cell } from '@leukoscope/contract';
import { type DragEvent, useCallback, useContext, useMemo, useState } from 'react';
import { createPortal } from 'react-dom';
import { Dialog } from '../../components/Dialog.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useStore } from '../../components/use-store.ts';
import { keysOfBins } from '../../state/gallery-keys.ts';
import { cellCount } from '../../state/review-intent.ts';
import { SideContext, useOpenCase } from '../case/case-context.ts';
import { useCaseAccess } from '../case/case-access.ts';
import { useSite } from '../../components/use-site.ts';
import { ActionBar } from './ActionBar.tsx';
import { BinRail } from './BinRail.tsx';
import { countBins } from './bin-counts.ts';
import { CellPanel } from './CellPanel.tsx';
import { ExamplesStrip } from './ExamplesStrip.tsx';
import { GalleryGrid } from './GalleryGrid.tsx';
import { GalleryTools } from './GalleryTools.tsx';
import styles from './GalleryView.module.css';
import { MoveDialog } from './MoveDialog.tsx';
import { NoCells } from './NoCells.tsx';
import { GalleryContext, useGallery, useGalleryKeys } from './use-gallery.ts';
import { cellsMedia } from './use-grid-pointer.ts';
import { useSettled } from '../../components/use-settled.ts';

const panelPatienceMs = 90;

/** The gallery. */
export default function GalleryView() {
  const open = useOpenCase();
  const { cells, fields, drawnIds } = open;
  const { site, fault: siteFault } = useSite();
  const { canChange, reason } = useCaseAccess();
  const side = useContext(SideContext);
  const [isMoving, setMoving] = useState(false);
  const [isDetailed, setDetailed] = useState(false);
  const [isSelecting, setSelecting] = useState(false);
  const [hasExamples, setExamples] = useState(false);
  const openMoves = useCallback(() => setMoving(true), []);
  const { gallery, grid } = useGallery(openMoves);
  const { activeId, selected, note, said } = useStore(gallery);
  const binOfKey = useMemo(() => keysOfBins(site), [site]);
  const keyOfBin = useMemo(
    () => new Map([...binOfKey].map(([key, bin]) => [bin, key])),
    [binOfKey],
  );
  useGalleryKeys(gallery, grid, binOfKey);
  const counts = useMemo(() => countBins(cells.values()), [cells]);
  const active = activeId === null ? undefined : cells.get(activeId);
  const settledId = useSettled(activeId, panelPatienceMs);
  const settled = settledId === null ? undefined : cells.get(settledId);
  const targets = gallery.targets();
  const move = useCallback(
    (bin: Bin) => {
      setMoving(false);
      gallery.move(bin);
    },
    [gallery],
  );
  const go = useCallback(
    (bin: Bin) => {
      const first = gallery.groups().find((group) => group.bin === bin)?.cells[0];
      if (first === undefined) return;
      gallery.point(first.id, 'keyboard');
      grid.current?.reveal('start');
    },
    [gallery, grid],
  );
  const turnExamples = useCallback(() => {
    setExamples((has) => !has);
    // One goes on with the cells: Enter must confirm one, and not turn the examples again.
    grid.current?.focus();
  }, [grid]);
  const turnSelecting = useCallback(() => setSelecting((is) => !is), []);
  if (cells.size === 0) return <NoCells open={open} canChange={canChange} />;
  const panel = settled !== undefined && (
    <CellPanel
      cell={settled}
      field={fields.find(({ id }) => id === settled.fieldId)}
      isDrawn={drawnIds.has(settled.id)}
    />
  );
  return (
    <GalleryContext value={gallery}>
      <div className={styles.gallery} {...(canChange && dropHandlers(gallery.move))}>
        <GalleryTools
          fields={fields}
          shown={gallery.groups().reduce((sum, group) => sum + group.cells.length, 0)}
          hasExamples={hasExamples}
          onExamples={turnExamples}
          isSelecting={isSelecting}
          onSelecting={turnSelecting}
        />
        {reason !== null && side === null && <Notice kind="note">{reason}</Notice>}
        {siteFault !== null && (
          <Notice kind="warn">The keys of cell classes could not be loaded: {siteFault}</Notice>
        )}
        <div className={styles.body}>
          <BinRail counts={counts} keyOfBin={keyOfBin} activeBin={active?.bin} onGo={go} />
          <GalleryGrid
            handle={grid}
            open={open}
            counts={counts}
            keyOfBin={keyOfBin}
            canChange={canChange}
            isSelecting={isSelecting}
            onMenu={openMoves}
          />
        </div>
        {hasExamples && (
          <ExamplesStrip cell={settled} classes={comparedClasses(settled)} onClose={turnExamples} />
        )}
        <ActionBar
          active={active}
          targets={targets}
          selectedCount={selected.size}
          note={note}
          canChange={canChange}
          onMove={openMoves}
          onDetails={side === null ? () => setDetailed(true) : undefined}
        />
        {isMoving && targets.length > 0 && (
          <MoveDialog
            count={targets.length}
            here={targets.length === 1 ? targets[0]!.bin : undefined}
            keyOfBin={keyOfBin}
            onMove={move}
            onDelete={() => {
              setMoving(false);
              gallery.run({ kind: 'delete' });
            }}
            onClose={() => setMoving(false)}
          />
        )}
        {side !== null && panel !== false && createPortal(panel, side)}
        {isDetailed && side === null && panel !== false && (
          <Dialog title="Cell" onClose={() => setDetailed(false)}>
            {panel}
          </Dialog>
        )}
        <p className="visually-hidden" role="status">
          {note ?? (selected.size > 0 ? `${cellCount(selected.size)} selected` : said)}
        </p>
      </div>
    </GalleryContext>
  );
}

/** The type of the cell, and the one it might be instead. */
function comparedClasses(cell: Cell | undefined): Bin[] {
  if (cell?.model == null) return [];
  const { bin, model } = cell;
  const likely = model.probabilities.map(({ cellClass }) => cellClass);
  const all: Bin[] = [bin, model.cellClass, ...likely];
  if (model.runnerUp !== null) all.splice(2, 0, model.runnerUp.cellClass);
  const classes = all.filter((each) => each !== 'unidentified' && each !== 'not-classed');
  return [...new Set(classes)].slice(0, 2);
}

/** Bins are drop targets wherever they are shown: whatever names its bin in `data-bin`. */
function dropHandlers(move: (bin: Bin, ids: readonly string[]) => void) {
  const targetOf = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(cellsMedia) || !(event.target instanceof Element))
      return;
    return event.target.closest<HTMLElement>('[data-bin]') ?? undefined;
  };
  const mark = (root: Element, target?: HTMLElement) => {
    for (const marked of root.querySelectorAll<HTMLElement>('[data-drop]'))
      if (marked.dataset['bin'] !== target?.dataset['bin']) delete marked.dataset['drop'];
    const bin = target?.dataset['bin'];
    if (bin === undefined) return;
    for (const same of root.querySelectorAll<HTMLElement>(`[data-bin="${bin}"]`))
      same.dataset['drop'] = '';
  };
  return {
    onDragOver(event: DragEvent) {
      const target = targetOf(event);
      mark(event.currentTarget, target);
      if (target === undefined) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'move';
    },
    onDragLeave(event: DragEvent) {
      if (event.target === event.currentTarget) mark(event.currentTarget);
    },
    onDragEnd: (event: DragEvent) => mark(event.currentTarget),
    onDrop(event: DragEvent) {
      const bin = targetOf(event)?.dataset['bin'];
      mark(event.currentTarget);
      if (bin === undefined) return;
      event.preventDefault();
      move(parseBin(bin), event.dataTransfer.getData(cellsMedia).split('\n'));
    },
  };
}

/** `data-bin` is only ever written from a bin. */
function parseBin(text: string): Bin {
  return text as Bin;
}
