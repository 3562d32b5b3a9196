/** @file How often which answer of the first model met which answer of the second. */
import type { ComparisonDetail } from '@leukoscope/contract';
import { binName } from '../../state/bins.ts';
import styles from './ComparisonResult.module.css';
import { type Answer, agreementTable } from './disagreements.ts';

/** The table of pairs of answers; the same answer of both is on a ground of its own. */
export function AgreementMatrix({ comparison }: { readonly comparison: ComparisonDetail }) {
  const table = agreementTable(comparison.agreement);
  return (
    <section>
      <h3>Answers of both</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section className={styles.scroller} tabIndex={0} aria-label="Answers of both models">
        <table className={styles.matrix}>
          <thead>
            <tr>
              <td>First ↓ Second →</td>
              {table.columns.map((second) => (
                <th key={String(second)} scope="col">
                  {answerName(second)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((first) => (
              <tr key={String(first)}>
                <th scope="row">{answerName(first)}</th>
                {table.columns.map((second) => {
                  const count = table.count(first, second);
                  return (
                    <td key={String(second)} data-same={first === second}>
                      {count === 0 ? '' : count}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function answerName(answer: Answer): string {
  return answer === null ? 'Not found' : binName(answer);
}
