/** @file What the model alone had counted, beside what is counted now: how much the review has changed. */
import { CountComparison } from '../../components/CountComparison.tsx';
import { useOpenCase } from '../case/case-context.ts';
import styles from './DifferentialTable.module.css';

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
      <CountComparison
        className={styles.table}
        caption="Counts of the model before the review and counts now"
        firstName="Model"
        secondName="Now"
        rows={rows.map(({ cellClass, name, modelCount, count }) => ({
          key: cellClass,
          name,
          first: modelCount,
          second: count,
        }))}
      />
    </details>
  );
}
