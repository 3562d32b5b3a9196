/** @file What a new account needs: a name to show, one to sign in with, and a password. */
import type { ReactNode } from 'react';
import { type NewPassword, NewPasswordFields } from './NewPasswordFields.tsx';
import { TextField } from './TextField.tsx';

/** A new account as it is typed. */
export interface NewAccount extends NewPassword {
  readonly displayName: string;
  readonly name: string;
}

/** An account of which nothing has been typed. */
export const emptyAccount: NewAccount = { displayName: '', name: '', password: '', repeated: '' };

/** The fields; `children` stand before the password. */
export function AccountFields(props: {
  readonly value: NewAccount;
  readonly onChange: (value: NewAccount) => void;
  /** Somebody makes their own: the browser may offer what it knows of them. */
  readonly isOwn: boolean;
  readonly children?: ReactNode;
  /** False: signs in otherwise. @default true */
  readonly hasPassword?: boolean;
}) {
  const { value, onChange, isOwn, children, hasPassword = true } = props;
  return (
    <>
      <TextField
        label={isOwn ? 'Your name' : 'Name'}
        hint="As it stands in histories and reports."
        isRequired
        maxLength={120}
        autoComplete={isOwn ? 'name' : 'off'}
        value={value.displayName}
        onChange={(displayName) => onChange({ ...value, displayName })}
      />
      <TextField
        label="Name to sign in with"
        hint="2 to 64 of a-z 0-9 . _ @ -"
        isRequired
        isSignInName
        maxLength={64}
        autoComplete={isOwn ? 'username' : 'off'}
        value={value.name}
        onChange={(name) => onChange({ ...value, name })}
      />
      {children}
      {hasPassword && (
        <NewPasswordFields
          value={value}
          names={[value.name, value.displayName]}
          onChange={(password) => onChange({ ...value, ...password })}
        />
      )}
    </>
  );
}
