/** @file A row's share with its limits over its reference range, as a small drawing. The words stand beside it. */
import type { DifferentialRow } from '@leukoscope/contract';
import styles from './IntervalGraphic.module.css';
import { intervalPlaces } from './interval-scale.ts';

/** The drawing: band = reference range, line = limits, mark = share. */
export function IntervalGraphic({ row }: { readonly row: DifferentialRow }) {
  const { share, low, high, reference } = intervalPlaces(row);
  return (
    <svg className={styles.graphic} viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden>
      <line className={styles.axis} x1="0" x2="100" y1="7" y2="7" />
      {reference !== null && (
        <rect
          className={styles.reference}
          x={reference.from}
          // A range from 0 to 0 (immature cells) must be seen too.
          width={Math.max(1.5, reference.to - reference.from)}
          y="2"
          height="10"
        />
      )}
      <line className={styles.limits} x1={low} x2={Math.max(high, low + 1)} y1="7" y2="7" />
      <line className={styles.share} x1={share} x2={share} y1="1.5" y2="12.5" />
    </svg>
  );
}
