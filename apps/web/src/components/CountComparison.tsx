/** @file Two counts of every type beside each other, and what lies between them. */
import type { ReactNode } from 'react';
import { differenceWords } from '../state/share-words.ts';

/** Counts of one type. */
export interface ComparedCount {
  readonly key: string;
  readonly name: string;
  readonly first: number;
  readonly second: number;
}

/** The table; the difference is the second count less the first. */
export function CountComparison(props: {
  readonly className: string | undefined;
  /** Read out only. */
  readonly caption: string;
  readonly firstName: ReactNode;
  readonly secondName: ReactNode;
  readonly rows: readonly ComparedCount[];
}) {
  const { className, caption, firstName, secondName, rows } = props;
  return (
    <table className={className}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Type</th>
          <th scope="col">{firstName}</th>
          <th scope="col">{secondName}</th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, first, second }) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            <td>{first}</td>
            <td>{second}</td>
            <td>{differenceWords(second - first)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
