/** @file Sign-off of the open case: what stands in the way, who signed, signing, withdrawing, amending, versions. */
import { Lock } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { useStore } from '../../components/use-store.ts';
import { mayDo, sessionStore } from '../../state/session-store.ts';
import { useOpenCase } from '../case/case-context.ts';
import { blockerLink } from './blocker-link.ts';
import { ReopenDialog } from './ReopenDialog.tsx';
import { SignDialog } from './SignDialog.tsx';
import styles from './SignOffSection.module.css';
import { SignatureLine } from '../../components/SignatureLine.tsx';
import { VersionList } from './VersionList.tsx';

/** The sign-off of the open case. */
export function SignOffSection() {
  const { case: facts, signOff } = useOpenCase();
  const { state, version } = facts;
  return (
    <section aria-label="Sign-off">
      <h2>Sign-off</h2>
      <StateLine />
      {(state === 'open' || state === 'half-signed') && <Blockers />}
      {signOff.signatures.length > 0 && (
        <ul className={styles.signatures}>
          {signOff.signatures.map((signature) => (
            <li key={signature.id}>
              Version {signature.version}: <SignatureLine signature={signature} />
            </li>
          ))}
        </ul>
      )}
      <Actions />
      <VersionList key={`${version} ${state}`} />
    </section>
  );
}

function StateLine() {
  const { case: facts, signOff } = useOpenCase();
  const { state, version } = facts;
  const needed = signOff.signersNeeded;
  const words = {
    open: `Version ${version} is open. ${needed === 1 ? 'One signature is' : 'Two signatures are'} needed.`,
    'half-signed': `Version ${version} waits for the second signature and is locked.`,
    signed: `Version ${version} is signed and locked.`,
    discarded: 'The case is discarded and locked.',
  };
  return (
    <p className={styles.state} data-locked={state !== 'open'}>
      {state !== 'open' && <Lock size={16} aria-hidden />}
      {words[state]}
    </p>
  );
}

function Blockers() {
  const { case: facts, signOff, unsent } = useOpenCase();
  const { blockers } = signOff;
  if (blockers.length === 0 && unsent === 0) {
    return <p className={styles.free}>Nothing stands in the way of signing.</p>;
  }
  return (
    <div>
      <p className={styles.way}>In the way of signing:</p>
      <ul className={styles.blockers}>
        {unsent > 0 && (
          <li>
            {unsent} {unsent === 1 ? 'change is' : 'changes are'} being saved.
          </li>
        )}
        {blockers.map(({ code, message }) => {
          const link = blockerLink(facts.id, code);
          return (
            <li key={code}>
              {message} {link !== undefined && <Link to={link.to}>{link.words}</Link>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Actions() {
  const { case: facts, signOff, unsent } = useOpenCase();
  const session = useStore(sessionStore);
  const [dialog, setDialog] = useState<'sign' | 'withdraw' | 'amend'>();
  const { state } = facts;
  const close = () => setDialog(undefined);
  const mayWithdraw =
    mayDo(session, 'administrator') ||
    signOff.signatures.every((signature) => signature.by.id === session?.user?.id);
  if (state === 'discarded') return null;
  if (!mayDo(session, 'signer')) {
    return (
      <p className={styles.role}>
        Signing needs the role signer; yours is {session?.user?.role ?? 'none'}.
      </p>
    );
  }
  return (
    <div className={styles.actions}>
      {(state === 'open' || state === 'half-signed') && (
        <Button
          look="primary"
          disabled={!signOff.canSign || unsent > 0}
          onClick={() => setDialog('sign')}
        >
          Sign version {facts.version} ...
        </Button>
      )}
      {state === 'half-signed' && mayWithdraw && (
        <Button onClick={() => setDialog('withdraw')}>Withdraw the signature ...</Button>
      )}
      {state === 'signed' && <Button onClick={() => setDialog('amend')}>Amend ...</Button>}
      {dialog === 'sign' && <SignDialog onClose={close} />}
      {(dialog === 'withdraw' || dialog === 'amend') && (
        <ReopenDialog kind={dialog} onClose={close} />
      )}
    </div>
  );
}
