/** @file Beside the image (on narrow screens below): the selected or new cell, filters, the list of cells. */
import type { Bin, Cell, Field } from '@leukoscope/contract';
import { Button } from '../../components/Button.tsx';
import { isUnsure } from '../../state/unsure-cells.ts';
import { BoxForm } from './BoxForm.tsx';
import { CellCard } from './CellCard.tsx';
import { CellFilters } from './CellFilters.tsx';
import { CellList } from './CellList.tsx';
import { useDesk, useFieldPage } from './desk-context.ts';
import styles from './FieldSide.module.css';
import { TypeChooser } from './TypeChooser.tsx';

/** The side. `cells` are all of the field in reading order, `shown` those the filter shows. */
export function FieldSide(props: {
  readonly field: Field;
  readonly cells: readonly Cell[];
  readonly shown: readonly Cell[];
  readonly binOfKey: ReadonlyMap<string, Bin>;
  readonly locked: string | null;
  readonly onUnsure: () => void;
}) {
  const { field, cells, shown, binOfKey, locked, onUnsure } = props;
  const { desk } = useFieldPage();
  const selected = useDesk((state) => state.selected);
  const draft = useDesk((state) => state.draft);
  const tool = useDesk((state) => state.tool.tool);
  const chosen = selected.flatMap((id) => cells.find((cell) => cell.id === id) ?? []);
  const unsure = cells.filter(isUnsure).length;
  const isAdding = tool === 'add-outline' || tool === 'add-box';
  return (
    <aside className={styles.side} aria-label="Cells of this field">
      <div className={styles.row}>
        <Button onClick={onUnsure} title="Next unsure cell (N)" aria-keyshortcuts="N">
          Next unsure ({unsure})
        </Button>
      </div>
      <div className={styles.card}>
        {draft !== null && (
          <section aria-label="New cell">
            <h2>Type of the new cell</h2>
            <TypeChooser binOfKey={binOfKey} current={null} onChoose={(bin) => desk.assign(bin)} />
            <Button look="quiet" onClick={() => desk.cancel()}>
              Drop it
            </Button>
          </section>
        )}
        {draft === null && isAdding && (
          <details>
            <summary>Add by numbers</summary>
            <BoxForm
              box={boxInTheMiddle(field)}
              action="Add this box"
              onSubmit={(box) => desk.placeBox(box, 'add')}
            />
          </details>
        )}
        {draft === null && chosen.length > 0 && (
          <CellCard
            cells={chosen}
            binOfKey={binOfKey}
            pixelSizeUm={field.pixelSizeUm}
            locked={locked}
          />
        )}
        {draft === null && chosen.length === 0 && !isAdding && (
          <p className={styles.soft}>
            {cells.length === 0
              ? field.state === 'analysed'
                ? 'No cell was found in this field. Add those you see.'
                : 'Cells appear here once the field is analysed.'
              : 'Select a cell in the image or in the list.'}
          </p>
        )}
      </div>
      <CellFilters cells={cells} shown={shown.length} />
      <CellList cells={shown} />
      <p className={styles.soft}>
        {locked === null ? 'For research use only.' : `${locked} For research use only.`}
      </p>
    </aside>
  );
}

function boxInTheMiddle({ width, height }: Field) {
  const side = Math.min(100, width, height);
  const x1 = Math.round((width - side) / 2);
  const y1 = Math.round((height - side) / 2);
  return { x1, y1, x2: x1 + side, y2: y1 + side };
}
