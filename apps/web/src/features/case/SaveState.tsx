/** @file Whether everything one did has reached the server. */
import { Cloud, CloudOff, CloudUpload } from 'lucide-react';
import { useEffect } from 'react';
import styles from './CaseHead.module.css';
import { useOpenCase } from './case-context.ts';

/** The state of saving, in words. */
export function SaveState() {
  const unsent = useOpenCase((open) => open.unsent);
  const saving = useOpenCase((open) => open.saving);
  useEffect(() => {
    if (saving !== 'signed-out' && saving !== 'unreachable') return;
    // They are kept, but only in this browser: whoever closes the page should know.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [saving]);
  const changes = unsent === 1 ? '1 change' : `${unsent} changes`;
  const Icon = saving === 'saved' ? Cloud : saving === 'sending' ? CloudUpload : CloudOff;
  const isStuck = saving === 'unreachable' || saving === 'signed-out';
  return (
    <span
      className={styles.saving}
      data-state={saving}
      title={saving === 'saved' ? 'All saved' : undefined}
      role={isStuck ? 'status' : undefined}
    >
      <Icon size={16} aria-hidden />
      {saving === 'saved' && <span>All saved</span>}
      {saving === 'sending' && `${unsent} on ${unsent === 1 ? 'its' : 'their'} way`}
      {saving === 'unreachable' && `No connection: ${changes} kept here`}
      {saving === 'signed-out' && `Signed out: ${changes} kept here. Sign in again to save.`}
    </span>
  );
}
