/** @file A new password, twice, with what is wrong with it while it is typed. The server says the same again. */
import { passwordFault } from '@leukoscope/contract';
import { useEffect, useState } from 'react';
import { PasswordField } from './PasswordField.tsx';
import { useSettled } from './use-settled.ts';

/** A new password and its repetition. */
export interface NewPassword {
  readonly password: string;
  readonly repeated: string;
}

const fewest = 12;
/** Nobody wants to be told of half a password. */
const settleMs = 300;

/** Say what is wrong with a new password before it is sent; undefined when nothing is. */
export function newPasswordFault({ password, repeated }: NewPassword): string | undefined {
  if (password.length < fewest)
    return `Password must have at least ${fewest} characters. Received ${password.length}.`;
  if (password !== repeated) return 'Both passwords must be the same. Type the new one again.';
  return undefined;
}

/** Two fields for a new password of an account with these names. */
export function NewPasswordFields(props: {
  readonly value: NewPassword;
  readonly names: readonly string[];
  readonly onChange: (value: NewPassword) => void;
}) {
  const { value, names, onChange } = props;
  return (
    <>
      <PasswordField
        label="New password"
        hint={`At least ${fewest} characters. A few words are better than many signs.`}
        fault={useWeakness(value.password, names)}
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

/** Say what is wrong with a password that is long enough, when typing rests. */
function useWeakness(password: string, names: readonly string[]): string | undefined {
  const settled = useSettled(password, settleMs);
  const [found, setFound] = useState<{ password: string; fault: string | undefined }>();
  const own = names.join('\n');
  useEffect(() => {
    if (settled.length < fewest) return;
    let isOver = false;
    passwordFault(settled, own.split('\n')).then(
      (fault) => {
        if (!isOver) setFound({ password: settled, fault });
      },
      // Word lists that cannot be fetched now: the server says it when the form is sent.
      () => {},
    );
    return () => {
      isOver = true;
    };
  }, [settled, own]);
  return found?.password === password ? found.fault : undefined;
}
