/**
 * @file Asks for a signature: shows what it binds as the server has it, what changed since it was read, and asks
 * what the signature means, whether fewer cells than wanted will do, and for the password where there are accounts.
 */
import type { SignatureMeaning, Signing } from '@leukoscope/contract';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useStore } from '../../components/use-store.ts';
import { sessionStore } from '../../state/session-store.ts';
import { meaningNames } from '../../state/signature-words.ts';
import { useCaseStore, useOpenCase } from '../case/case-context.ts';
import { SignerProof } from './SignerProof.tsx';
import styles from './SignOffSection.module.css';
import { SignedChanges } from './SignedChanges.tsx';
import { SignedFacts } from './SignedFacts.tsx';
import { useSignerProof } from './use-signer-proof.ts';
import { useSigningDesk } from './use-signing-desk.ts';

/** The dialog that signs. */
export function SignDialog({ onClose }: { readonly onClose: () => void }) {
  const { case: facts } = useOpenCase();
  const { desk, isUnsaved } = useSigningDesk();
  const { signing, fault } = useStore(desk);
  return (
    <Dialog
      title={`Sign version ${facts.version} of ${facts.number}`}
      onClose={onClose}
      width={640}
    >
      {isUnsaved && (
        <Notice kind="bad">
          The conclusion is not saved yet. Close this and look at it first.
        </Notice>
      )}
      {signing === undefined && fault !== null && <Notice kind="bad">{fault}</Notice>}
      {signing === undefined && fault === null && !isUnsaved && <Loading what="case" />}
      {signing !== undefined && !isUnsaved && (
        <SignForm desk={desk} signing={signing} onClose={onClose} />
      )}
    </Dialog>
  );
}

function SignForm(props: {
  readonly desk: ReturnType<typeof useSigningDesk>['desk'];
  readonly signing: Signing;
  readonly onClose: () => void;
}) {
  const { desk, signing, onClose } = props;
  const { isChanged, changes, fault } = useStore(desk);
  const { signOff } = useOpenCase();
  const store = useCaseStore();
  const session = useStore(sessionStore);
  const isLast = signOff.signatures.length + 1 >= signOff.signersNeeded;
  const [meaning, setMeaning] = useState<SignatureMeaning>(() => firstMeaning(signing, isLast));
  const [reason, setReason] = useState(signing.amendmentReason ?? '');
  const proof = useSignerProof(session);
  const [accepted, setAccepted] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const { leukocytes, targetCells } = signing.differential;
  const isFewer = leukocytes < targetCells;
  const count = `${leukocytes} of ${targetCells}`;
  // Another number is another question.
  const acceptsFewer = accepted === count;
  const isComplete =
    proof.isGiven && (!isFewer || acceptsFewer) && (meaning !== 'amended' || reason.trim() !== '');
  const sign = async () => {
    setSending(true);
    const { body } = proof;
    // Emptied now: what is typed while the answer is on its way, or right behind it, stays.
    proof.empty();
    const isSigned = await desk.sign({
      meaning,
      ...(reason.trim() !== '' && { reason: reason.trim() }),
      ...(isFewer && { acceptsFewer }),
      ...body,
    });
    setSending(false);
    await store.reload();
    if (isSigned) onClose();
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && !isChanged && !isSending) void sign();
      }}
    >
      <SignedFacts signing={signing} />
      {isChanged && <SignedChanges changes={changes} onConfirm={desk.confirm} />}
      {signing.blockers.length > 0 && (
        <Notice kind="bad">
          The case cannot be signed now:
          <ul>
            {signing.blockers.map(({ code, message }) => (
              <li key={code}>{message}</li>
            ))}
          </ul>
        </Notice>
      )}
      {isFewer && (
        <fieldset className={styles.question}>
          <legend>Only {count} leukocytes are counted. Sign all the same?</legend>
          <label className={styles.check}>
            <input
              type="checkbox"
              checked={acceptsFewer}
              onChange={(event) => setAccepted(event.currentTarget.checked ? count : null)}
            />
            Yes, {count} are enough here
          </label>
        </fieldset>
      )}
      <Field label="My signature means">
        {(control) => (
          <select
            {...control}
            value={meaning}
            onChange={(event) => setMeaning(parseMeaning(event.currentTarget.value))}
          >
            {meaningsOf(signing).map((one) => (
              <option key={one} value={one}>
                {meaningNames[one]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label={meaning === 'amended' ? 'Reason' : 'Reason, if there is one'}
        hint="Stands beside the signature in the report."
      >
        {(control) => (
          <input
            {...control}
            maxLength={500}
            required={meaning === 'amended'}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
      </Field>
      <p>
        {isLast
          ? 'Your signature completes this version: it is stored as it is shown here and never changes again.'
          : 'Yours is the first of two signatures: the case is locked until the second one.'}
      </p>
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      <SignerProof proof={proof} />
      <div className={styles.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          look="primary"
          disabled={isSending || isChanged || !isComplete || signing.blockers.length > 0}
        >
          Sign
        </Button>
      </div>
    </form>
  );
}

function firstMeaning(signing: Signing, isLast: boolean): SignatureMeaning {
  if (!isLast) return 'reviewed';
  return signing.version > 1 ? 'amended' : 'approved';
}

/** Nothing is amended by a first version. */
function meaningsOf(signing: Signing): SignatureMeaning[] {
  return signing.version > 1 ? ['reviewed', 'approved', 'amended'] : ['reviewed', 'approved'];
}

/** The options are written from meanings. */
function parseMeaning(text: string): SignatureMeaning {
  return text as SignatureMeaning;
}
