/** @file A table of numbers that scrolls in itself where the page is narrow. */
import type { ReactNode } from 'react';
import styles from './AgreementPage.module.css';

/** The table: the first column names, the others hold numbers. A row that is out stands out. */
export function AgreementTable(props: {
  readonly title: string;
  readonly note?: ReactNode;
  readonly header: readonly string[];
  readonly rows: readonly { readonly cells: readonly ReactNode[]; readonly isOut?: boolean }[];
}) {
  const { title, note, header, rows } = props;
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      {note !== undefined && <p className={styles.note}>{note}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard. */}
      <section className={styles.scroller} tabIndex={0} aria-label={title}>
        <table className={styles.table}>
          <thead>
            <tr>
              {header.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ cells: [first, ...rest], isOut = false }, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name and never move.
              <tr key={i} data-out={isOut}>
                <th scope="row">{first}</th>
                {rest.map((cell, column) => (
                  <td key={header[column + 1]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
