/** @file How far something is, as a bar with words for those who do not see it. */
import styles from './Progress.module.css';

/** A bar from 0 to 1. `label` says of what. */
export function Progress(props: {
  readonly value: number;
  readonly label: string;
  readonly kind?: 'plain' | 'good' | 'bad';
}) {
  const { value, label, kind = 'plain' } = props;
  const percent = Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      className={styles.track}
      data-kind={kind}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div className={styles.bar} style={{ inlineSize: `${percent}%` }} />
    </div>
  );
}
