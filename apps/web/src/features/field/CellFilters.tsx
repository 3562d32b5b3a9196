/** @file Which cells are shown, in outlines and list alike. */
import type { Cell } from '@leukoscope/contract';
import { useId } from 'react';
import { Button } from '../../components/Button.tsx';
import { binName, binOrder } from '../../state/bins.ts';
import { cellFlags, everyCell, flagNames, flagsOf, isEveryCell } from '../../viewer/cell-filter.ts';
import { scoreText } from '../../viewer/cell-label.ts';
import { cellCount } from '../../state/review-intent.ts';
import styles from './CellFilters.module.css';
import { useDesk, useFieldPage } from './desk-context.ts';

/** The filters; `cells` are all of the field, `shown` how many pass. */
export function CellFilters(props: { readonly cells: readonly Cell[]; readonly shown: number }) {
  const { cells, shown } = props;
  const { desk } = useFieldPage();
  const filter = useDesk((state) => state.filter);
  const id = useId();
  const set = (part: Partial<typeof filter>) =>
    desk.state.patch({ filter: { ...filter, ...part } });
  const counts = new Map(cellFlags.map((flag) => [flag, 0]));
  for (const cell of cells) {
    for (const flag of flagsOf(cell)) counts.set(flag, (counts.get(flag) ?? 0) + 1);
  }
  const bins = binOrder.filter((bin) => cells.some((cell) => cell.bin === bin));
  return (
    <details className={styles.filters}>
      <summary>
        <span aria-live="polite">
          {isEveryCell(filter)
            ? cellCount(cells.length)
            : `${shown} of ${cellCount(cells.length)}, filtered`}
        </span>
        <span className={styles.word}>Filter</span>
      </summary>
      <div className={styles.body}>
        <label htmlFor={`${id}-score`} className={styles.slider}>
          <span>Score at most {scoreText(filter.mostScore)}</span>
          <input
            id={`${id}-score`}
            type="range"
            min="0"
            max="1"
            step="0.01"
            value={filter.mostScore}
            onChange={(event) => set({ mostScore: Number(event.target.value) })}
          />
        </label>
        <label htmlFor={`${id}-bin`} className={styles.slider}>
          <span>Type</span>
          <select
            id={`${id}-bin`}
            value={filter.bin ?? ''}
            onChange={(event) =>
              set({ bin: binOrder.find((bin) => bin === event.target.value) ?? null })
            }
          >
            <option value="">All types</option>
            {bins.map((bin) => (
              <option key={bin} value={bin}>
                {binName(bin)}
              </option>
            ))}
          </select>
        </label>
        <fieldset className={styles.flags}>
          <legend>With any of these flags</legend>
          {cellFlags.map((flag) => (
            <label key={flag}>
              <input
                type="checkbox"
                checked={filter.flags.includes(flag)}
                onChange={(event) =>
                  set({
                    flags: event.target.checked
                      ? [...filter.flags, flag]
                      : filter.flags.filter((other) => other !== flag),
                  })
                }
              />
              {flagNames[flag]} <span className={styles.count}>{counts.get(flag)}</span>
            </label>
          ))}
        </fieldset>
        <Button disabled={isEveryCell(filter)} onClick={() => set(everyCell)}>
          Show all cells
        </Button>
      </div>
    </details>
  );
}
