/** @file One line of text that is typed. */
import { useEffect, useRef } from 'react';
import { Field } from './Field.tsx';

/** The field. With `isSignInName` nothing corrects what is typed, or begins it with a capital. */
export function TextField(props: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly maxLength?: number;
  /** @default false */
  readonly isRequired?: boolean;
  /** @default false */
  readonly isSignInName?: boolean;
  /** What the browser may offer; codes are digits. @default 'off' */
  readonly autoComplete?: 'off' | 'name' | 'username' | 'one-time-code';
  /** It is what one came to type. @default false */
  readonly hasFocus?: boolean;
}) {
  const { label, hint, value, onChange, maxLength, isRequired, isSignInName } = props;
  const { autoComplete = 'off', hasFocus = false } = props;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (hasFocus) input.current?.focus();
  }, [hasFocus]);
  return (
    <Field label={label} hint={hint}>
      {(control) => (
        <input
          {...control}
          ref={input}
          {...(autoComplete === 'one-time-code' && { inputMode: 'numeric' as const })}
          {...(isSignInName === true && { autoCapitalize: 'none', spellCheck: false })}
          autoComplete={autoComplete}
          required={isRequired}
          maxLength={maxLength}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
