/** @file The table of a report, with a drawing of the limits beside each share. */
import type { DifferentialJson, ReportParts } from '@leukoscope/contract';
import { IntervalGraphic } from '../../components/IntervalGraphic.tsx';
import styles from './ReportSheet.module.css';

/** Column of the limits: the drawing stands after it. */
const limitsColumn = 3;

/** Leukocytes by type, then what is counted beside them and what is left out. */
export function ReportTable(props: {
  readonly parts: ReportParts;
  readonly differential: DifferentialJson;
}) {
  const { parts, differential } = props;
  const rows = new Map(differential.rows.map((row) => [row.cellClass, row]));
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section className={styles.tables} tabIndex={0} aria-label="Table of the differential">
        <table>
          <thead>
            <tr>
              {parts.columns.map((name, i) => [
                <th key={name} scope="col">
                  {name}
                </th>,
                i === limitsColumn && <th key="graphic" aria-hidden className={styles.graphic} />,
              ])}
            </tr>
          </thead>
          <tbody>
            {parts.rows.map(({ cellClass, cells, isOut }) => (
              <tr key={cellClass} data-out={isOut}>
                <th scope="row">{cells[0]}</th>
                {cells.slice(1).map((text, i) => [
                  <td key={parts.columns[i + 1]}>{text}</td>,
                  i + 1 === limitsColumn && (
                    <td key="graphic" className={styles.graphic}>
                      {differential.leukocytes > 0 && (
                        <IntervalGraphic row={rows.get(cellClass)!} />
                      )}
                    </td>
                  ),
                ])}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className={styles.small}>{parts.legend}</p>
      <p>{[...parts.others.map((text) => `${text}.`), parts.leftOut].join(' ')}</p>
    </>
  );
}
