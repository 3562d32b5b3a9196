/** @file The one button of the application. */
import type { ComponentProps } from 'react';
import styles from './Button.module.css';

/** A button; `primary` for the one thing a page is for, `quiet` inside toolbars, `danger` for what takes away. */
export function Button({
  look = 'plain',
  className = '',
  type = 'button',
  ...rest
}: ComponentProps<'button'> & {
  readonly look?: 'plain' | 'primary' | 'quiet' | 'danger';
}) {
  return (
    <button {...rest} type={type} data-look={look} className={`${styles.button} ${className}`} />
  );
}
