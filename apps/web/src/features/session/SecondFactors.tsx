/** @file One's own second factors: which there are, adding and removing them, new recovery codes. */
import type { SecondFactor, SecondFactors as Factors } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import listStyles from '../../components/RecordList.module.css';
import { api } from '../../state/api.ts';
import { recentTimeWords } from '../../state/time-words.ts';
import { AddPasskey } from './AddPasskey.tsx';
import { AddTotp } from './AddTotp.tsx';
import { canMakePasskeys, passkeyPlace } from './passkey-words.ts';
import { PasswordStep } from './PasswordStep.tsx';
import { RecoveryCodes } from './RecoveryCodes.tsx';
import styles from './SecondFactors.module.css';

/** What is being done. */
type Act =
  | { readonly kind: 'add-totp' }
  | { readonly kind: 'add-passkey' }
  | { readonly kind: 'renew' }
  | { readonly kind: 'remove'; readonly factor: SecondFactor }
  | { readonly kind: 'codes'; readonly codes: readonly string[] };

/** The list, or what is being done with it. */
export function SecondFactors() {
  const [factors, setFactors] = useState<Factors>();
  const [fault, setFault] = useState<string>();
  const [act, setAct] = useState<Act>();
  const load = useCallback(() => {
    setAct(undefined);
    api.listSecondFactors().then(setFactors, (error) => setFault(messageOf(error)));
  }, []);
  useEffect(load, [load]);
  if (fault !== undefined) return <Notice kind="bad">{fault}</Notice>;
  if (factors === undefined) return <Loading what="second factors" />;
  if (act === undefined) return <FactorList factors={factors} onAct={setAct} />;
  return <ActForm act={act} onCodes={(codes) => setAct({ kind: 'codes', codes })} onOver={load} />;
}

function FactorList(props: { readonly factors: Factors; readonly onAct: (act: Act) => void }) {
  const { factors, onAct } = props;
  const { items, isRequired } = factors;
  return (
    <div className={styles.stack}>
      <p>
        {items.length === 0
          ? 'Signing in asks for your password only. With a second factor, whoever learns the password still cannot get in.'
          : 'Signing in asks for one of these after your password.'}
        {isRequired && ' This site asks one of people with your role.'}
      </p>
      <ul className={listStyles.list}>
        {items.map((factor) => (
          <li key={factor.id}>
            <div className={listStyles.who}>
              <strong>{factor.name}</strong>
              <br />
              <span className={listStyles.soft}>{wordsOf(factor)}</span>
            </div>
            {factor.kind === 'recovery-codes' ? (
              <Button onClick={() => onAct({ kind: 'renew' })}>New codes</Button>
            ) : (
              <Button
                aria-label={`Remove ${factor.name}`}
                onClick={() => onAct({ kind: 'remove', factor })}
              >
                Remove
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p className="form-actions">
        <Button
          disabled={!canMakePasskeys}
          title={canMakePasskeys ? undefined : passkeyPlace}
          onClick={() => onAct({ kind: 'add-passkey' })}
        >
          Add a passkey
        </Button>
        <Button look="primary" onClick={() => onAct({ kind: 'add-totp' })}>
          Add an app
        </Button>
      </p>
    </div>
  );
}

function ActForm(props: {
  readonly act: Act;
  readonly onCodes: (codes: readonly string[]) => void;
  readonly onOver: () => void;
}) {
  const { act, onCodes, onOver } = props;
  switch (act.kind) {
    case 'add-totp':
      return (
        <AddTotp
          onAdded={(codes) => (codes === null ? onOver() : onCodes(codes))}
          onCancel={onOver}
        />
      );
    case 'add-passkey':
      return (
        <AddPasskey
          onAdded={(codes) => (codes === null ? onOver() : onCodes(codes))}
          onCancel={onOver}
        />
      );
    case 'renew':
      return (
        <PasswordStep
          submitText="Make new codes"
          onPassword={async (password) =>
            onCodes((await api.renewRecoveryCodes({ body: { password } })).recoveryCodes)
          }
          onCancel={onOver}
        >
          <p>The codes from before no longer work then.</p>
        </PasswordStep>
      );
    case 'remove':
      return (
        <PasswordStep
          submitText="Remove"
          look="danger"
          onPassword={async (password) => {
            const params = { id: act.factor.id };
            await api.removeSecondFactor({ params, body: { password } });
            onOver();
          }}
          onCancel={onOver}
        >
          <p>
            Signing in no longer takes <strong>{act.factor.name}</strong>. All your other sessions
            end.
          </p>
        </PasswordStep>
      );
    case 'codes':
      return <RecoveryCodes codes={act.codes} onDone={onOver} />;
  }
}

function wordsOf({ kind, left, lastUsedAt, createdAt }: SecondFactor): string {
  const now = new Date();
  const used = lastUsedAt === null ? 'never used' : `last used ${recentTimeWords(lastUsedAt, now)}`;
  const made = `added ${recentTimeWords(createdAt, now)}`;
  if (kind === 'recovery-codes') return `${left} left, ${used}`;
  return `${kind === 'totp' ? 'app' : 'passkey'}, ${made}, ${used}`;
}
