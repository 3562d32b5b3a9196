/** @file A new password, twice. The server checks it again, and refuses the most used ones. */
import { PasswordField } from './PasswordField.tsx';

/** A new password and its repetition. */
export interface NewPassword {
  readonly password: string;
  readonly repeated: string;
}

const fewest = 12;

/** Say what is wrong with a new password; undefined when nothing is. */
export function newPasswordFault({ password, repeated }: NewPassword): string | undefined {
  if (password.length < fewest)
    return `Password must have at least ${fewest} characters. Received ${password.length}.`;
  if (password !== repeated) return 'Both passwords must be the same. Type the new one again.';
  return undefined;
}

/** Two fields for a new password. */
export function NewPasswordFields(props: {
  readonly value: NewPassword;
  readonly onChange: (value: NewPassword) => void;
}) {
  const { value, onChange } = props;
  return (
    <>
      <PasswordField
        label="New password"
        hint={`At least ${fewest} characters. A few words are better than many signs.`}
        autoComplete="new-password"
        value={value.password}
        onChange={(password) => onChange({ ...value, password })}
      />
      <PasswordField
        label="New password again"
        autoComplete="new-password"
        value={value.repeated}
        onChange={(repeated) => onChange({ ...value, repeated })}
      />
    </>
  );
}
