/** @file Makes the first administrator. */
import { useState } from 'react';
import { useLocation } from 'wouter';
import { AccountFields, emptyAccount } from '../../components/AccountFields.tsx';
import { newPasswordFault } from '../../components/NewPasswordFields.tsx';
import { SubmitForm } from '../../components/SubmitForm.tsx';
import { api } from '../../state/api.ts';
import { beginSession } from '../../state/session-store.ts';

/** Asks for the first account; `token` is that of the one-time link. */
export function SetUpForm({ token }: { readonly token: string }) {
  const [, go] = useLocation();
  const [account, setAccount] = useState(emptyAccount);
  const submit = async () => {
    const { name, displayName, password } = account;
    const session = await api.setUp({ body: { token, name, displayName, password } });
    go('/', { replace: true });
    beginSession(session);
  };
  return (
    <>
      <h2>First start</h2>
      <p>
        Make the administrator of this server. Accounts of others are made afterwards, under
        Accounts.
      </p>
      <SubmitForm
        submitText="Make the administrator"
        check={() => newPasswordFault(account)}
        onSubmit={submit}
      >
        <AccountFields value={account} onChange={setAccount} isOwn />
      </SubmitForm>
    </>
  );
}
