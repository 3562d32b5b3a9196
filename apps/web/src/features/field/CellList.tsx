/**
 * @file The cells of the field as a list: everything the outlines show, for those who do not see them,
 * and a quick way through the field for those who do. Keys act on its selection as on the image's.
 */
import type { Cell } from '@leukoscope/contract';
import { cellClasses } from '@leukoscope/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Eye } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { binColour, binName } from '../../state/bins.ts';
import { isMarkedUnsure, isUnsure } from '../../state/unsure-cells.ts';
import { flagNames, flagsOf } from '../../viewer/cell-filter.ts';
import { scoreText } from '../../viewer/cell-label.ts';
import styles from './CellList.module.css';
import { useDesk, useFieldPage } from './desk-context.ts';

const rowHeight = 34;

/** The list; `cells` are those the filter shows. */
export function CellList({ cells }: { readonly cells: readonly Cell[] }) {
  const { desk, viewer } = useFieldPage();
  const selected = useDesk((state) => state.selected);
  const hovered = useDesk((state) => state.hovered);
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const active = selected.at(-1);
  const activeIndex = cells.findIndex((cell) => cell.id === active);
  const rows = useVirtualizer({
    count: cells.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  useEffect(() => {
    if (activeIndex >= 0) rows.scrollToIndex(activeIndex);
  }, [activeIndex, rows]);

  const goTo = (index: number, isAdding: boolean) => {
    const cell = cells[Math.min(cells.length - 1, Math.max(0, index))];
    if (cell === undefined) return;
    if (!isAdding) desk.select([cell.id]);
    else desk.select([...selected.filter((other) => other !== cell.id), cell.id]);
    viewer?.reveal(cell.box);
  };
  const move = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = {
      ArrowDown: activeIndex + 1,
      ArrowUp: Math.max(0, activeIndex - 1),
      PageDown: activeIndex + 10,
      PageUp: activeIndex - 10,
      Home: 0,
      End: cells.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    goTo(next, event.shiftKey);
  };
  return (
    <div
      ref={scroller}
      className={styles.list}
      role="listbox"
      aria-label={`Cells of this field, ${cells.length} shown`}
      aria-multiselectable
      aria-activedescendant={activeIndex >= 0 ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={move}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative' }} role="presentation">
        {rows.getVirtualItems().map(({ index, start }) => {
          const cell = cells[index]!;
          return (
            // biome-ignore lint/a11y/useFocusableInteractive: the listbox has the focus and names its active option.
            // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox hears the keys.
            <div
              key={cell.id}
              id={`${id}-${cell.id}`}
              role="option"
              aria-selected={selected.includes(cell.id)}
              aria-posinset={index + 1}
              aria-setsize={cells.length}
              className={styles.row}
              data-hovered={hovered === cell.id || undefined}
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
              onClick={(event) => {
                if (event.shiftKey || event.ctrlKey || event.metaKey) desk.toggle(cell.id);
                else goTo(index, false);
              }}
              onDoubleClick={() => viewer?.centreOn(cell.box)}
              onPointerEnter={() => desk.state.patch({ hovered: cell.id })}
              onPointerLeave={() => desk.state.patch({ hovered: null })}
            >
              <Row cell={cell} number={index + 1} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ cell, number }: { readonly cell: Cell; readonly number: number }) {
  const { bin, model, seen } = cell;
  const flags = flagsOf(cell).filter((flag) => flag !== 'unseen');
  return (
    <>
      <span className={styles.number}>{number}</span>
      <span
        className={styles.swatch}
        data-unsure={isUnsure(cell) || undefined}
        style={{ borderColor: binColour(bin) }}
        aria-hidden
      />
      <span className={styles.name}>
        {binName(bin)}
        {model !== null && bin !== model.cellClass && (
          <span className={styles.answer}> {cellClasses[model.cellClass].name.toLowerCase()}?</span>
        )}
        {flags.length > 0 && (
          <span className="visually-hidden">
            , {flags.map((flag) => flagNames[flag]).join(', ')}
          </span>
        )}
      </span>
      {isMarkedUnsure(cell) && (
        <span className={styles.unsure} aria-hidden>
          unsure
        </span>
      )}
      {seen !== null && <Eye size={14} role="img" aria-label="seen" className={styles.seen} />}
      <span className={styles.score}>{model === null ? 'added' : scoreText(model.score)}</span>
    </>
  );
}
