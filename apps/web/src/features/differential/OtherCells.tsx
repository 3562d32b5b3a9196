/** @file What is not in the differential: cells that are no leukocytes, per 100, and cells in the two other bins. */
import { Link } from 'wouter';
import { useOpenCase } from '../case/case-context.ts';
import styles from './DifferentialTable.module.css';

/** Non-leukocytes, unidentified, not classed. */
export function OtherCells() {
  const { differential, case: facts } = useOpenCase();
  const { nonLeukocytes, unidentified, notClassed } = differential;
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">Cells that are not in the differential</caption>
      <thead>
        <tr>
          <th scope="col">Not in the differential</th>
          <th scope="col">Count</th>
          <th scope="col">per 100</th>
        </tr>
      </thead>
      <tbody>
        {nonLeukocytes.map((row) => (
          <tr key={row.cellClass}>
            <th scope="row">{row.name}</th>
            <td>{row.count}</td>
            <td>{row.per100 === null ? '–' : row.per100.toFixed(1)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">
            {unidentified === 0 ? (
              'Unidentified'
            ) : (
              <Link to={`/cases/${facts.id}?filter=unidentified`}>Unidentified</Link>
            )}
          </th>
          <td>{unidentified}</td>
          <td />
        </tr>
        <tr>
          <th scope="row">Not classed</th>
          <td>{notClassed}</td>
          <td />
        </tr>
      </tbody>
    </table>
  );
}
