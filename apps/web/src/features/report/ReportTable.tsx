/** @file The table of a report: all that the panel shows, in columns for paper. */
import type { DifferentialJson, DifferentialRow } from '@leukoscope/contract';
import { IntervalGraphic } from '../../components/IntervalGraphic.tsx';
import { OtherCellsTable } from '../../components/OtherCellsTable.tsx';
import { RangeBadge } from '../../components/RangeBadge.tsx';
import { absoluteWords, percent, percentLimits, referenceWords } from '../../state/share-words.ts';
import styles from './ReportSheet.module.css';

/** Leukocytes by type, then other cells per 100. */
export function ReportTable({ differential }: { readonly differential: DifferentialJson }) {
  const { rows, leukocytes, confidence } = differential;
  const limits = `${confidence * 100} % limits`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className={styles.tables} tabIndex={0} aria-label="Table of the differential">
      <table>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Count</th>
            <th scope="col">%</th>
            <th scope="col">{limits}</th>
            <th scope="col" aria-hidden className={styles.graphic} />
            <th scope="col">Reference %</th>
            <th scope="col">
              10<sup>9</sup>/L
            </th>
            <th scope="col">Model alone</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.cellClass} row={row} isCounted={leukocytes > 0} />
          ))}
        </tbody>
      </table>
      <OtherCellsTable differential={differential} per100Name="per 100 leukocytes" />
    </section>
  );
}

function Row({ row, isCounted }: { readonly row: DifferentialRow; readonly isCounted: boolean }) {
  return (
    <tr data-out={row.interpretation === 'low' || row.interpretation === 'high'}>
      <th scope="row">{row.name}</th>
      <td>{row.count}</td>
      <td>
        {isCounted ? percent(row.share) : '–'} {isCounted && <RangeBadge row={row} />}
      </td>
      <td>{isCounted ? percentLimits(row.low, row.high) : '–'}</td>
      <td className={styles.graphic}>{isCounted && <IntervalGraphic row={row} />}</td>
      <td>{referenceWords(row.reference)}</td>
      <td>{absoluteWords(row.absoluteE9PerLitre)}</td>
      <td>{row.modelCount}</td>
    </tr>
  );
}
