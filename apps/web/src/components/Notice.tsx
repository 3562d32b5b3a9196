/** @file A message that a person must see: a fault, a warning, good news. */
import type { ReactNode } from 'react';
import styles from './Notice.module.css';

/** A message. `bad` ones are read out at once. */
export function Notice(props: {
  readonly kind: 'good' | 'note' | 'warn' | 'bad';
  readonly children: ReactNode;
  readonly onDismiss?: () => void;
}) {
  const { kind, children, onDismiss } = props;
  return (
    <div className={styles.notice} data-kind={kind} role={kind === 'bad' ? 'alert' : 'status'}>
      <div>{children}</div>
      {onDismiss !== undefined && (
        <button type="button" onClick={onDismiss} aria-label="Dismiss">
          ×
        </button>
      )}
    </div>
  );
}
