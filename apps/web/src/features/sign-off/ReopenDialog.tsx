/** @file Opens a locked case again with a reason: withdraws the first signature, or begins an amendment. */
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
import { SignatureLine } from '../../components/SignatureLine.tsx';
import { useStore } from '../../components/use-store.ts';
import { api } from '../../state/api.ts';
import { sessionStore } from '../../state/session-store.ts';
import { useCaseStore, useOpenCase } from '../case/case-context.ts';
import { faultWords } from './own-password.ts';
import { SignerProof } from './SignerProof.tsx';
import styles from './SignOffSection.module.css';
import { useSignerProof } from './use-signer-proof.ts';

const words = {
  withdraw: {
    title: 'Withdraw the signature',
    about: 'The case is opened again, and both signatures are needed anew.',
    button: 'Withdraw',
  },
  amend: {
    title: 'Amend',
    about:
      'The case is opened as its next version. The signed version stays as it is and stays readable.',
    button: 'Begin the amendment',
  },
} as const;

/** The dialog that opens a locked case. */
export function ReopenDialog(props: {
  readonly kind: 'withdraw' | 'amend';
  readonly onClose: () => void;
}) {
  const { kind, onClose } = props;
  const { title, about, button } = words[kind];
  const { case: facts, signOff } = useOpenCase();
  const store = useCaseStore();
  const session = useStore(sessionStore);
  const [reason, setReason] = useState('');
  const proof = useSignerProof(session);
  const [fault, setFault] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const reopen = async () => {
    setSending(true);
    const body = { revision: facts.revision, reason, ...proof.body };
    const request = { params: { id: facts.id }, body };
    try {
      await (kind === 'withdraw' ? api.withdrawSignature(request) : api.amendCase(request));
      await store.reload();
      onClose();
    } catch (error) {
      setFault(faultWords(error));
      proof.empty();
      await store.reload();
    } finally {
      setSending(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void reopen();
        }}
      >
        <p>{about}</p>
        {kind === 'withdraw' &&
          signOff.signatures.map((signature) => (
            <p key={signature.id}>
              <SignatureLine signature={signature} />
            </p>
          ))}
        {fault !== null && <Notice kind="bad">{fault}</Notice>}
        <Field label="Reason" hint="Stands in the history and, for an amendment, in the report.">
          {(control) => (
            <input
              {...control}
              required
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <SignerProof proof={proof} />
        <div className={styles.buttons}>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            look="primary"
            disabled={isSending || reason.trim() === '' || !proof.isGiven}
          >
            {button}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
