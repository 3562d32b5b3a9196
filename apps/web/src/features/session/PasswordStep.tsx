/** @file Asks for the password before a second factor is added, renewed or removed. */
import { type ReactNode, useState } from 'react';
import { PasswordField } from '../../components/PasswordField.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';

/** The form; `children` say what the password is for. */
export function PasswordStep(props: {
  readonly submitText: string;
  readonly look?: 'primary' | 'danger';
  readonly onPassword: (password: string) => Promise<void>;
  readonly onCancel?: (() => void) | undefined;
  readonly children: ReactNode;
}) {
  const { submitText, look = 'primary', onPassword, onCancel, children } = props;
  const [password, setPassword] = useState('');
  return (
    <SubmitForm
      submitText={submitText}
      look={look}
      onSubmit={() => onPassword(password)}
      {...(onCancel !== undefined && { onCancel })}
    >
      {children}
      <PasswordField
        label="Your password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
    </SubmitForm>
  );
}
