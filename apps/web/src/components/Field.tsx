/** @file A labelled control of a form with its hint and its fault. */
import { type ReactNode, useId } from 'react';
import styles from './Field.module.css';

/** What the control must carry so that label, hint and fault belong to it. */
export interface ControlProps {
  readonly id: string;
  readonly className: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

/** A labelled control: `children` is given the properties that tie the control to its texts. */
export function Field(props: {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly fault?: string | undefined;
  readonly className?: string;
  readonly children: (control: ControlProps) => ReactNode;
}) {
  const { label, hint, fault, className = '', children } = props;
  const id = useId();
  const texts = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(fault === undefined ? [] : [`${id}-fault`]),
  ];
  return (
    <div className={`${styles.field} ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        className: styles.control ?? '',
        ...(texts.length > 0 && { 'aria-describedby': texts.join(' ') }),
        ...(fault !== undefined && { 'aria-invalid': true }),
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p id={`${id}-fault`} className={styles.fault} role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
