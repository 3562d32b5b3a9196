/** @file The cells in their bins. Only the rows on the screen are there; keys and pointers act through the gallery. */
import type { Bin } from '@leukoscope/contract';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
} from 'react';
import { useStore } from '../../components/use-store.ts';
import type { OpenCase } from '../../state/case-store.ts';
import { cropAddress } from '../../state/crop-address.ts';
import {
  cellsAfterRow,
  cellsInBox,
  fitTiles,
  headHeight,
  rowIndent,
  rowOfCell,
  rowsOf,
} from '../../state/gallery-rows.ts';
import { sessionStore } from '../../state/session-store.ts';
import { tileRegions } from '../../state/tile-region.ts';
import { isUnseen } from '../../state/unseen-cells.ts';
import { BinHead } from './BinHead.tsx';
import type { BinCounts } from './bin-counts.ts';
import { CellTile } from './CellTile.tsx';
import { ComingRow } from './ComingRow.tsx';
import styles from './GalleryGrid.module.css';
import { hasPicture } from './has-picture.ts';
import { useElementWidth } from './use-element-width.ts';
import { useFastScroll } from './use-fast-scroll.ts';
import { type GridHandle, useGalleryStore } from './use-gallery.ts';
import { useGridPointer } from './use-grid-pointer.ts';
import { keepPicture, usePicturesAhead } from './use-pictures-ahead.ts';

const gap = 6;
/** Milliseconds after which what rests on the screen counts as having been there to be looked at. */
const lookMs = 300;
/** Pictures that are fetched before they are on the screen: of two to three screens. */
const aheadCells = 120;
/** Border and text below a picture. */
const captionHeight = 35;

/** The cells in their bins. */
export function GalleryGrid(props: {
  readonly handle: RefObject<GridHandle | null>;
  readonly open: OpenCase;
  readonly counts: BinCounts;
  readonly keyOfBin: ReadonlyMap<Bin, string>;
  readonly canChange: boolean;
  readonly isSelecting: boolean;
  readonly onMenu: () => void;
}) {
  const { handle, open, counts, keyOfBin, canChange, isSelecting, onMenu } = props;
  const gallery = useGalleryStore();
  const state = useStore(gallery);
  const { tileSize, isOneScale, activeId, isPointed, selected, view } = state;
  const me = useStore(sessionStore)?.user?.id ?? null;
  const { cells, fields } = open;
  const regions = useMemo(
    () => (isOneScale ? tileRegions(cells.values(), fields) : new Map<string, number>()),
    [isOneScale, cells, fields],
  );
  const frame = useRef<HTMLDivElement>(null);
  const width = useElementWidth(frame);
  const { columns, side } = fitTiles(width, tileSize, gap);
  const sizes = useMemo(
    () => ({ columns, tileWidth: side + gap, tileHeight: side + captionHeight + gap }),
    [columns, side],
  );
  const groups = gallery.groups();
  const rows = useMemo(() => rowsOf(groups, sizes), [groups, sizes]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: (i) => (rows[i]?.kind === 'head' ? headHeight : sizes.tileHeight),
    getItemKey: (i) => rows[i]?.key ?? i,
    overscan: 3,
  });
  // Heights are known, not measured: another layout is told to the virtualiser at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are what the heights come from.
  useLayoutEffect(() => virtual.measure(), [virtual, rows]);

  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const wanted = useRef<'nearest' | 'start'>(undefined);
  const visibleIds = () => {
    // When the page is left its timer may still run once.
    if (frame.current === null) return [];
    const { scrollTop, clientHeight } = frame.current;
    const box = {
      x1: 0,
      x2: Number.POSITIVE_INFINITY,
      y1: scrollTop,
      y2: scrollTop + clientHeight,
    };
    return cellsInBox(rows, sizes, box, true);
  };
  // After the cells have moved: the active one may lie elsewhere now.
  useLayoutEffect(() => {
    const at = wanted.current;
    const element = frame.current;
    const { activeId: id } = gallery.get();
    if (at === undefined || element === null || id === null) return;
    wanted.current = undefined;
    const row = rows[rowOfCell(rows, id, columns)];
    if (row?.kind !== 'cells') return;
    const { scrollTop, clientHeight } = element;
    const bottom = row.top + sizes.tileHeight;
    const top = row.top - (row.first === 0 || at === 'start' ? headHeight : 0);
    if (at === 'start' || top < scrollTop) element.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) element.scrollTop = bottom - clientHeight;
  });

  // After the effect above: what lies under the mouse is told by where the cells are now.
  const pointer = useGridPointer({ frame, rows, sizes, canChange, isSelecting, onMenu });
  useImperativeHandle(handle, () => ({
    settle: pointer.settle,
    columns: () => columns,
    visibleIds,
    // One that was drawn here has no picture of its own yet: it was looked at in its field.
    isPictured: (id) => open.drawnIds.has(id) || hasPicture(frame.current, id),
    focus: () => frame.current?.focus(),
    reveal(at) {
      wanted.current = at;
      redraw();
    },
  }));
  usePicturesAhead(() => {
    const last = virtual.getVirtualItems().at(-1)?.index ?? -1;
    return cellsAfterRow(rows, last, columns)
      .slice(0, aheadCells)
      .filter((cell) => !open.drawnIds.has(cell.id))
      .map((cell) =>
        cropAddress(cell, side, {
          region: regions.get(cell.fieldId),
          pixelRatio: devicePixelRatio,
        }),
      );
  });
  const { isFast, onScroll } = useFastScroll();
  // Every scrolling draws anew, also its end, and so does a picture that comes late: the timer runs out only at rest.
  const [, pictureCame] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const timer = setTimeout(() => gallery.noteShown(visibleIds()), lookMs);
    return () => clearTimeout(timer);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order follows the groups.
  const digits = useMemo(() => {
    const ids = isPointed || !canChange ? [] : gallery.order().unseenAfter(activeId, 9);
    return new Map(ids.map((id, i) => [id, i + 1]));
  }, [gallery, groups, activeId, isPointed, canChange]);
  useEffect(() => {
    if (gallery.get().activeId === null) {
      const first = gallery.order().cells.find(isUnseen);
      if (first !== undefined) gallery.point(first.id, 'keyboard');
    }
  }, [gallery]);
  const isActiveHere = activeId !== null && open.cells.has(activeId);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table cannot be virtual and in lines of tiles.
    <div
      ref={frame}
      role="grid"
      tabIndex={0}
      aria-label="Cells by bin"
      aria-multiselectable
      aria-rowcount={rows.length}
      aria-colcount={columns}
      aria-activedescendant={isActiveHere ? `cell-${activeId}` : undefined}
      className={styles.grid}
      {...pointer.handlers}
      onLoadCapture={(event) => {
        keepPicture(event);
        pictureCame();
      }}
      onScroll={(event) => {
        pointer.handlers.onScroll();
        onScroll(event.currentTarget.scrollTop);
      }}
    >
      <div
        role="presentation"
        className={styles.content}
        style={{ height: virtual.getTotalSize() }}
      >
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const { group } = row;
          return (
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus.
            // biome-ignore lint/a11y/useSemanticElements: see above.
            <div
              key={item.key}
              role="row"
              aria-rowindex={item.index + 1}
              className={styles.row}
              data-bin={group.bin ?? undefined}
              style={{ transform: `translateY(${row.top}px)`, paddingInline: rowIndent }}
            >
              {row.kind === 'head' ? (
                <BinHead
                  group={group}
                  share={group.bin === null ? undefined : counts.shareOf(group.bin)}
                  binKey={group.bin === null ? undefined : keyOfBin.get(group.bin)}
                  gallery={gallery}
                  canChange={canChange}
                />
              ) : (
                <ComingRow isScrolling={virtual.isScrolling}>
                  {() =>
                    group.cells
                      .slice(row.first, row.first + columns)
                      .map((cell, column) => (
                        <CellTile
                          key={cell.id}
                          cell={cell}
                          size={side}
                          region={regions.get(cell.fieldId)}
                          me={me}
                          isActive={cell.id === activeId}
                          isSelected={selected.has(cell.id)}
                          isDrawn={open.drawnIds.has(cell.id)}
                          isDraggable={canChange}
                          isPassing={isFast}
                          digit={digits.get(cell.id)}
                          isNamed={view === 'queue'}
                          column={column}
                        />
                      ))
                  }
                </ComingRow>
              )}
            </div>
          );
        })}
        {pointer.band !== undefined && (
          <div
            className={styles.band}
            style={{
              left: pointer.band.x1,
              top: pointer.band.y1,
              width: pointer.band.x2 - pointer.band.x1,
              height: pointer.band.y2 - pointer.band.y1,
            }}
          />
        )}
      </div>
    </div>
  );
}
