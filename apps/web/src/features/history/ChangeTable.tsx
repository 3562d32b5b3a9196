/** @file The changes of one entry, before and after, with pictures of cells and the way to them. */
import type { HistoryChange, HistoryEntry } from '@leukoscope/contract';
import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { addressOf } from '../../state/api.ts';
import { useOpenCase } from '../case/case-context.ts';
import { type ChangeRow, changeRows } from './change-rows.ts';
import styles from './HistoryView.module.css';
import type { HistoryNames } from '../../state/history-words.ts';

/** Entries of an import touch thousands of cells; nobody reads them all. */
const shownAtFirst = 20;

/** The changes of an entry. */
export function ChangeTable(props: { readonly entry: HistoryEntry; readonly names: HistoryNames }) {
  const { entry, names } = props;
  const [shown, setShown] = useState(shownAtFirst);
  const rest = entry.changes.length - shown;
  return (
    <>
      <table className={styles.changes}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          {entry.changes.slice(0, shown).map((change) => (
            <ChangeRows key={change.id} change={change} names={names} />
          ))}
        </tbody>
      </table>
      {rest > 0 && (
        <Button onClick={() => setShown(shown + 100)}>
          Show {Math.min(rest, 100)} of {rest} more
        </Button>
      )}
    </>
  );
}

function ChangeRows(props: { readonly change: HistoryChange; readonly names: HistoryNames }) {
  const { change, names } = props;
  const rows: readonly ChangeRow[] = changeRows(change);
  return (
    <>
      {change.subject === 'cell' && (
        <tr>
          <th scope="rowgroup" colSpan={3}>
            <CellLink cellId={change.id} />
          </th>
        </tr>
      )}
      {change.subject === 'field' && (
        <tr>
          <th scope="rowgroup" colSpan={3}>
            {names.field(change.id)}
          </th>
        </tr>
      )}
      {rows.map(({ what, before, after }) => (
        <tr key={what}>
          <th scope="row">{what}</th>
          <td>{before}</td>
          <td>{after}</td>
        </tr>
      ))}
    </>
  );
}

/** A cell that is deleted or whose field was removed has no place in a field any more. */
function CellLink({ cellId }: { readonly cellId: string }) {
  const { case: facts, cells } = useOpenCase();
  const cell = cells.get(cellId);
  if (cell === undefined) return <>A cell that is deleted now</>;
  const picture = addressOf('getCellCrop', {
    params: { id: cellId },
    query: { size: 64, revision: cell.revision },
  });
  return (
    <Link className={styles.cell} to={`/cases/${facts.id}/field/${cell.fieldId}?cell=${cellId}`}>
      <img src={picture} width="40" height="40" alt="" loading="lazy" />
      Show the cell in its field
    </Link>
  );
}
