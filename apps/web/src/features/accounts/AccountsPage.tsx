/** @file Accounts of people and keys of machines. */
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { useStore } from '../../components/use-store.ts';
import { mayDo, sessionStore } from '../../state/session-store.ts';
import { SessionList } from '../../components/SessionList.tsx';
import styles from '../../components/RecordList.module.css';
import { KeyList } from './KeyList.tsx';
import { UserList } from './UserList.tsx';

/** Accounts and API keys, for administrators. */
export default function AccountsPage() {
  usePageTitle('Accounts');
  const session = useStore(sessionStore);
  if (!mayDo(session, 'administrator')) {
    return <Notice kind="note">Only administrators see accounts.</Notice>;
  }
  return (
    <div className={styles.page}>
      <h1>Accounts</h1>
      {session?.mode === 'local' ? (
        <Notice kind="note">
          This server is in local mode: one person on this machine, without sign-in. Start it with
          LEUKOSCOPE_MODE=accounts to give accounts to others.
        </Notice>
      ) : (
        <>
          <UserList ownId={session?.user?.id} />
          <SessionList of="all" />
        </>
      )}
      <KeyList />
    </div>
  );
}
