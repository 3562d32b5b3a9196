/** @file A form that asks the server for one thing: its fault above the fields, its buttons below, never sent twice at once. */
import { messageOf } from '@leukoscope/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from './Button.tsx';
import { Notice } from './Notice.tsx';

/** A form; `onSubmit` throws what went wrong, in words for the one who reads. */
export function SubmitForm(props: {
  readonly submitText: string;
  /** @default 'primary' */
  readonly look?: 'primary' | 'danger';
  /** Says what is wrong before anything is sent; undefined when nothing is. */
  readonly check?: () => string | undefined;
  readonly onSubmit: () => Promise<void>;
  /** Without it there is nothing to go back to. */
  readonly onCancel?: () => void;
  readonly children: ReactNode;
}) {
  const { submitText, look = 'primary', check, onSubmit, onCancel, children } = props;
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const own = check?.();
    setFault(own);
    if (own !== undefined || isBusy) return;
    setBusy(true);
    try {
      await onSubmit();
    } catch (error) {
      setFault(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const submitButton = (
    <Button type="submit" look={look} disabled={isBusy}>
      {submitText}
    </Button>
  );
  return (
    <form className="form-stack" onSubmit={(event) => void submit(event)}>
      {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
      {children}
      {onCancel === undefined ? (
        submitButton
      ) : (
        <p className="form-actions">
          <Button onClick={onCancel}>Cancel</Button>
          {submitButton}
        </p>
      )}
    </form>
  );
}
