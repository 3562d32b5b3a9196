/** @file What is not in a differential: cells that are no leukocytes, per 100, and cells in the two other bins. */
import type { DifferentialJson } from '@leukoscope/contract';
import type { ReactNode } from 'react';

/** The table. */
export function OtherCellsTable(props: {
  readonly differential: DifferentialJson;
  readonly className?: string | undefined;
  readonly per100Name: string;
  /** The name of that row, where it leads somewhere. */
  readonly unidentifiedName?: ReactNode;
}) {
  const { differential, className, per100Name, unidentifiedName = 'Unidentified' } = props;
  const { nonLeukocytes, unidentified, notClassed } = differential;
  return (
    <table className={className}>
      <caption className="visually-hidden">Cells that are not in the differential</caption>
      <thead>
        <tr>
          <th scope="col">Not in the differential</th>
          <th scope="col">Count</th>
          <th scope="col">{per100Name}</th>
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
          <th scope="row">{unidentifiedName}</th>
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
