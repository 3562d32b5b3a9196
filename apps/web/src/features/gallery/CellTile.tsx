/** @file One cell of the gallery: its picture, the model's score, what comes next, and its marks. */
import type { Cell } from '@leukoscope/contract';
import { Check, CircleQuestionMark, type LucideIcon, Pencil, Plus, Scissors } from 'lucide-react';
import { memo, useRef } from 'react';
import { binColour, binShortName } from '../../state/bins.ts';
import { hasFlag } from '../../state/gallery-cells.ts';
import { isMarkedUnsure } from '../../state/unsure-cells.ts';
import styles from './CellTile.module.css';
import { cellWords, runnersUp, sureWords, whoWords } from './cell-words.ts';
import { cropAddress } from '../../state/crop-address.ts';

/** A tile. Its events are heard by the grid: a thousand tiles need no listeners of their own. */
export const CellTile = memo(function CellTile(props: {
  readonly cell: Cell;
  readonly size: number;
  /** Side of the part of the field it shows, in pixels; undefined: as much as the cell needs. */
  readonly region: number | undefined;
  /** Who looks. */
  readonly me: string | null;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  /** Drawn here, not yet on the server. */
  readonly isDrawn: boolean;
  readonly isDraggable: boolean;
  /** Its picture is not fetched yet: somebody flies past. */
  readonly isPassing: boolean;
  /** The digit that jumps here. */
  readonly digit: number | undefined;
  /** The bin is written on it: in the queue. */
  readonly isNamed: boolean;
  readonly column: number;
}) {
  const {
    cell,
    size,
    region,
    me,
    isActive,
    isSelected,
    isDrawn,
    isDraggable,
    isPassing,
    digit,
    isNamed,
    column,
  } = props;
  const { model, bin } = cell;
  const wasShown = useRef(false);
  wasShown.current ||= !isPassing;
  const next = runnersUp(cell)[0];
  const marks = marksOf(cell, me);
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active cell.
    // biome-ignore lint/a11y/useSemanticElements: tiles lie in lines of flexible width, which a table has not.
    <div
      role="gridcell"
      id={`cell-${cell.id}`}
      data-cell={cell.id}
      aria-selected={isSelected}
      aria-colindex={column + 1}
      className={styles.tile}
      data-active={isActive || undefined}
      data-seen={cell.seen !== null || undefined}
      draggable={isDraggable}
      style={{ width: size, borderBottomColor: binColour(bin) }}
    >
      <div className={styles.picture} style={{ height: size }} aria-hidden>
        {isDrawn && 'saving'}
        {!isDrawn && wasShown.current && (
          <img
            src={cropAddress(cell, size, { region, pixelRatio: devicePixelRatio })}
            width={size}
            height={size}
            alt=""
            draggable={false}
            decoding="async"
          />
        )}
      </div>
      {marks.length > 0 && (
        <span className={styles.marks} aria-hidden>
          {marks.map(({ icon: Icon, title }) => (
            <span key={title} title={title}>
              <Icon size={13} strokeWidth={2.6} />
            </span>
          ))}
        </span>
      )}
      {digit !== undefined && (
        <kbd className={styles.digit} aria-hidden>
          {digit}
        </kbd>
      )}
      <div className={styles.text}>
        <span aria-hidden>
          {sureWords(cell, me)}
          {bin === 'unidentified' && model !== null && ` ${binShortName(model.cellClass)}?`}
          {isNamed && bin !== 'unidentified' && ` ${binShortName(bin)}`}
          {next !== undefined && (
            <>
              <br />
              <span className={styles.next}>or {binShortName(next.cellClass)}</span>
            </>
          )}
        </span>
        <span className={styles.words}>{cellWords(cell, me)}</span>
      </div>
    </div>
  );
});

/** The marks of a cell, in the order in which they are drawn. */
function marksOf(
  cell: Cell,
  me: string | null,
): { readonly icon: LucideIcon; readonly title: string }[] {
  return [
    ...(isMarkedUnsure(cell) ? [{ icon: CircleQuestionMark, title: 'The model is unsure' }] : []),
    ...(hasFlag(cell, 'incomplete')
      ? [{ icon: Scissors, title: 'Cut by the border of the image' }]
      : []),
    ...(hasFlag(cell, 'added') ? [{ icon: Plus, title: 'Added by a person' }] : []),
    ...(hasFlag(cell, 'changed')
      ? [{ icon: Pencil, title: `Changed by ${whoWords(cell, me)}` }]
      : []),
    ...(cell.seen === null ? [] : [{ icon: Check, title: `Seen by ${whoWords(cell, me)}` }]),
  ];
}
