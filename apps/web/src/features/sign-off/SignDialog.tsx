/** @file Asks for a signature: what is signed, the password where there are accounts, and refusals in words. */
import { blockerSchema } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PasswordField } from '../../components/PasswordField.tsx';
import { useStore } from '../../components/use-store.ts';
import { ApiError, api } from '../../state/api.ts';
import { sessionStore } from '../../state/session-store.ts';
import { useCaseStore, useOpenCase } from '../case/case-context.ts';
import { useConclusion } from './conclusion-of-case.ts';
import styles from './SignOffSection.module.css';

/** The dialog that signs. */
export function SignDialog({ onClose }: { readonly onClose: () => void }) {
  const { case: facts, differential, signOff } = useOpenCase();
  const store = useCaseStore();
  const conclusion = useConclusion();
  const session = useStore(sessionStore);
  const asksPassword = session?.mode === 'accounts';
  const [password, setPassword] = useState('');
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isSending, setSending] = useState(false);
  const isLast = signOff.signatures.length + 1 >= signOff.signersNeeded;
  const warnings = differential.flags.filter((flag) => flag.severity === 'warning');
  const sign = async () => {
    setSending(true);
    setRefusal(null);
    try {
      // What is signed must be what the signer reads here.
      const saved = await conclusion.flush();
      if (saved !== 'saved') {
        setRefusal({ message: 'The conclusion is not saved yet. Look at it first.', reasons: [] });
        return;
      }
      const revision = Math.max(facts.revision, conclusion.get().base.revision);
      await api.signCase({
        params: { id: facts.id },
        body: { revision, ...(asksPassword && { password }) },
      });
      await store.reload();
      onClose();
    } catch (error) {
      setRefusal(refusalOf(error));
      setPassword('');
      await store.reload();
    } finally {
      setSending(false);
    }
  };
  return (
    <Dialog title={`Sign version ${facts.version} of ${facts.number}`} onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void sign();
        }}
      >
        <dl className={styles.facts}>
          <dt>Counted</dt>
          <dd>
            {differential.leukocytes} leukocytes (target {differential.targetCells})
          </dd>
          <dt>Warnings</dt>
          <dd>{warnings.map((flag) => flag.message).join('\n') || 'none'}</dd>
          <dt>Conclusion</dt>
          <dd>{conclusion.get().text || 'none'}</dd>
        </dl>
        <p>
          {isLast
            ? 'Your signature completes this version: it is stored as it is now and never changes again.'
            : 'Yours is the first of two signatures: the case is locked until the second one.'}
        </p>
        {refusal !== null && (
          <Notice kind="bad">
            {refusal.message}
            {refusal.reasons.length > 0 && (
              <ul>
                {refusal.reasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            )}
          </Notice>
        )}
        {asksPassword && (
          <PasswordField
            label={`Password of ${session.user?.displayName ?? ''}`}
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
          />
        )}
        <div className={styles.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            disabled={isSending || (asksPassword && password === '')}
          >
            Sign
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface Refusal {
  readonly message: string;
  readonly reasons: readonly string[];
}

/** Name what changed since the page was last brought up to date, not only that something did. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof ApiError && error.code === 'REVISION_STALE') {
    return {
      message:
        'Somebody changed the case meanwhile. It is up to date now: read it again, then sign.',
      reasons: [],
    };
  }
  const blockers =
    error instanceof ApiError && error.code === 'SIGN_BLOCKED'
      ? blockerSchema.array().safeParse(error.body?.details?.['blockers'])
      : undefined;
  if (blockers?.success !== true) return { message: messageOf(error), reasons: [] };
  return {
    message: 'The case cannot be signed now:',
    reasons: blockers.data.map((blocker) => blocker.message),
  };
}
