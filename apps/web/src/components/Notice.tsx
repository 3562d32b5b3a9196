/** @file A message that a person must see: a fault, a warning, good news. */
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
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
      <div className={styles.text}>{children}</div>
      {onDismiss !== undefined && (
        <Button look="quiet" onClick={onDismiss} aria-label="Dismiss this message">
          <X size={16} aria-hidden />
        </Button>
      )}
    </div>
  );
}
