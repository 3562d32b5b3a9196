/** @file A password that is typed: the current one, or a new one. */
import { Field } from './Field.tsx';

/** The field. `autoComplete` tells the browser's password store which one is meant. */
export function PasswordField(props: {
  readonly label: string;
  readonly hint?: string;
  readonly fault?: string | undefined;
  readonly autoComplete: 'current-password' | 'new-password';
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { label, hint, fault, autoComplete, value, onChange } = props;
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(control) => (
        <input
          {...control}
          type="password"
          autoComplete={autoComplete}
          required
          // A new one is cut to what the server takes; a current one is for the server to judge.
          maxLength={autoComplete === 'new-password' ? 200 : undefined}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
