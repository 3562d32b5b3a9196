/** @file The counted leukocytes by type: counts, shares with exact limits, absolute counts, reference ranges. */
import {
  absoluteWords,
  type DifferentialJson,
  type DifferentialRow,
  percent,
  percentLimits,
  rangeWords,
} from '@leukoscope/contract';
import { binColour } from '../../state/bins.ts';
import styles from './DifferentialTable.module.css';
import { IntervalGraphic } from '../../components/IntervalGraphic.tsx';
import { RangeBadge } from '../../components/RangeBadge.tsx';

/** The table of a differential. */
export function DifferentialTable({ differential }: { readonly differential: DifferentialJson }) {
  const { rows, leukocytes, confidence } = differential;
  const hasAbsolute = rows.some((row) => row.absoluteE9PerLitre !== null);
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">
        Leukocytes by type, with exact {confidence * 100} % limits of the shares
      </caption>
      <thead>
        <tr>
          <th scope="col">Type</th>
          <th scope="col">Count</th>
          <th scope="col">%</th>
          <th scope="col">{confidence * 100} % limits</th>
          {hasAbsolute && (
            <th scope="col">
              10<sup>9</sup>/L
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.cellClass} row={row} isCounted={leukocytes > 0} hasAbsolute={hasAbsolute} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: {
  readonly row: DifferentialRow;
  readonly isCounted: boolean;
  readonly hasAbsolute: boolean;
}) {
  const { row, isCounted, hasAbsolute } = props;
  const reference = rangeWords(row.reference, 100);
  return (
    <tr>
      <th scope="row">
        <span className={styles.name}>
          <span className={styles.dot} style={{ background: binColour(row.cellClass) }} />
          {row.name}
        </span>
        {reference !== '' && <small>reference {reference} %</small>}
      </th>
      <td>{row.count}</td>
      <td className={styles.share}>
        {isCounted ? percent(row.share) : '–'}
        {isCounted && <RangeBadge row={row} />}
      </td>
      <td className={styles.limits}>
        {isCounted ? (
          <>
            <IntervalGraphic row={row} />
            {percentLimits(row)}
          </>
        ) : (
          '–'
        )}
      </td>
      {hasAbsolute && <td>{absoluteWords(row.absoluteE9PerLitre)}</td>}
    </tr>
  );
}
