/** @file The accounts: make one, change its role, give a new password, remove its second factor, disable it. */
import { type Role, roles, type User } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../state/api.ts';
import { sessionStore } from '../../state/session-store.ts';
import { recentTimeWords } from '../../state/time-words.ts';
import styles from '../../components/RecordList.module.css';
import { LinkDialog } from './LinkDialog.tsx';
import { NewUserDialog } from './NewUserDialog.tsx';
import { ResetPasswordDialog } from './ResetPasswordDialog.tsx';
import { roleWords } from './role-words.ts';
import { useStore } from '../../components/use-store.ts';
import { useList } from '../../components/use-list.ts';

const askUsers = (cursor: string | undefined) =>
  api.listUsers({ query: { limit: 200, ...(cursor !== undefined && { cursor }) } });

/** The accounts; `ownId` is that of the one who looks. */
export function UserList({ ownId }: { readonly ownId: string | undefined }) {
  const { items, fault, reload } = useList(askUsers);
  const [refusal, setRefusal] = useState<string>();
  const [open, setOpen] = useState<'new' | User>();
  const [asked, setAsked] = useState<string>();
  const [linked, setLinked] = useState<User>();
  const provider = useStore(sessionStore)?.provider ?? null;
  const change = async (user: User, part: { role?: Role; isDisabled?: boolean }) => {
    setRefusal(undefined);
    try {
      await api.changeUser({ params: { id: user.id }, body: { revision: user.revision, ...part } });
    } catch (error) {
      setRefusal(messageOf(error));
    }
    reload();
  };
  const removeFactor = async (user: User) => {
    // From then on the password alone signs in: the second press says that it is meant.
    if (asked !== user.id) return setAsked(user.id);
    setRefusal(undefined);
    try {
      await api.removeSecondFactorsOf({ params: { id: user.id } });
    } catch (error) {
      setRefusal(messageOf(error));
    }
    setAsked(undefined);
    reload();
  };
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h2>People</h2>
        <Button look="primary" onClick={() => setOpen('new')}>
          New account
        </Button>
      </div>
      {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
      {refusal !== undefined && <Notice kind="bad">{refusal}</Notice>}
      {items === undefined && fault === undefined && <Loading what="accounts" />}
      <ul className={styles.list}>
        {items?.map((user) => (
          <li key={user.id} data-off={user.isDisabled || undefined}>
            <div className={styles.who}>
              <strong>{user.displayName}</strong> <span className={styles.soft}>{user.name}</span>
              <br />
              <span className={styles.soft}>
                {user.isDisabled ? 'disabled, ' : ''}
                {user.lastSignInAt === null
                  ? 'never signed in'
                  : `last signed in ${recentTimeWords(user.lastSignInAt, new Date())}`}
                {user.hasSecondFactor && ', with a second factor'}
                {user.subject !== null && `, ${user.subject} at ${provider ?? 'the provider'}`}
              </span>
            </div>
            <select
              className={styles.select}
              aria-label={`Role of ${user.displayName}`}
              value={user.role}
              onChange={(event) => {
                const role = roles.find((name) => name === event.currentTarget.value);
                if (role !== undefined) void change(user, { role });
              }}
            >
              {roles.map((role) => (
                <option key={role} value={role}>
                  {roleWords[role]}
                </option>
              ))}
            </select>
            {user.hasSecondFactor && user.id !== ownId && (
              <Button
                look={asked === user.id ? 'danger' : 'plain'}
                aria-label={`${asked === user.id ? 'Remove for good: second factor' : 'Remove second factor'} of ${user.displayName}`}
                onClick={() => void removeFactor(user)}
              >
                {asked === user.id ? 'Remove for good' : 'Remove second factor'}
              </Button>
            )}
            {provider !== null && (
              <Button
                aria-label={`Link ${user.displayName} to ${provider}`}
                onClick={() => setLinked(user)}
              >
                Link
              </Button>
            )}
            <Button
              onClick={() => setOpen(user)}
              aria-label={`New password for ${user.displayName}`}
            >
              New password
            </Button>
            <Button
              disabled={user.id === ownId}
              title={user.id === ownId ? 'Nobody disables the own account.' : undefined}
              aria-label={`${user.isDisabled ? 'Enable' : 'Disable'} ${user.displayName}`}
              onClick={() => void change(user, { isDisabled: !user.isDisabled })}
            >
              {user.isDisabled ? 'Enable' : 'Disable'}
            </Button>
          </li>
        ))}
      </ul>
      {linked !== undefined && provider !== null && (
        <LinkDialog
          user={linked}
          provider={provider}
          onClose={() => {
            setLinked(undefined);
            reload();
          }}
        />
      )}
      {open === 'new' && (
        <NewUserDialog
          onClose={() => setOpen(undefined)}
          onDone={() => {
            setOpen(undefined);
            reload();
          }}
        />
      )}
      {open !== undefined && open !== 'new' && (
        <ResetPasswordDialog
          user={open}
          onClose={() => {
            setOpen(undefined);
            reload();
          }}
        />
      )}
    </section>
  );
}
