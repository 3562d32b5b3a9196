/** @file Whether a comment stands in the report: comments are for those who review, unless this is ticked. */
import styles from './PrintedBox.module.css';

/** The box. */
export function PrintedBox(props: {
  readonly isPrinted: boolean;
  readonly onChange: (isPrinted: boolean) => void;
}) {
  const { isPrinted, onChange } = props;
  return (
    <label className={styles.box}>
      <input
        type="checkbox"
        checked={isPrinted}
        onChange={(event) => onChange(event.target.checked)}
      />
      In the report
    </label>
  );
}
