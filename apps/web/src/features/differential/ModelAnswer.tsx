/** @file What the model alone had counted, beside what is counted now: how much the review has changed. */
import { useOpenCase } from '../case/case-context.ts';
import styles from './DifferentialTable.module.css';
import { differenceWords } from '../../state/share-words.ts';

/** The comparison of the reviewed counts with the model's first answer. */
export function ModelAnswer() {
  const { rows } = useOpenCase().differential;
  const moved = rows.reduce((sum, row) => sum + Math.abs(row.count - row.modelCount), 0);
  return (
    <details>
      <summary>
        The model's first answer
        {moved === 0 ? ': the same counts' : ': other counts'}
      </summary>
      <table className={styles.table}>
        <caption className="visually-hidden">
          Counts now and counts of the model before the review
        </caption>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Model</th>
            <th scope="col">Now</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.cellClass}>
              <th scope="row">{row.name}</th>
              <td>{row.modelCount}</td>
              <td>{row.count}</td>
              <td>{differenceWords(row.count - row.modelCount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
