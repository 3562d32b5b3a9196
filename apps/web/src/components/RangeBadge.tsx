/** @file Says that a share lies below or above its reference range: a letter, a word for readers, not only a colour. */
import type { DifferentialRow } from '@leukoscope/contract';
import styles from './RangeBadge.module.css';
import { rangeMarkOf } from '../state/share-words.ts';

/** `L` or `H`, filled when the limits lie outside too; nothing inside the range. */
export function RangeBadge({ row }: { readonly row: DifferentialRow }) {
  const mark = rangeMarkOf(row);
  if (mark === undefined) return null;
  return (
    <span className={styles.badge} data-certain={mark.isBeyondChance} title={mark.words}>
      <span aria-hidden>{mark.side === 'low' ? 'L' : 'H'}</span>
      <span className="visually-hidden">, {mark.words}</span>
    </span>
  );
}
