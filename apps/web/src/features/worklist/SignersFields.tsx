/** @file How many sign a new case: fewer than the site asks for only by who may sign, with the reason. */
import { useState } from 'react';
import { Field } from '../../components/Field.tsx';
import { useSite } from '../../components/use-site.ts';
import { useStore } from '../../components/use-store.ts';
import { mayDo, sessionStore } from '../../state/session-store.ts';

/** The fields of the form: `signersNeeded`, and `reason` where it is needed. */
export function SignersFields({ fault }: { readonly fault: string | undefined }) {
  const { site } = useSite();
  const mayLower = mayDo(useStore(sessionStore), 'signer');
  const [chosen, setChosen] = useState('');
  const asksTwo = site?.signersNeeded === 2;
  return (
    <>
      <Field
        label="Signatures needed"
        hint={asksTwo && !mayLower ? 'One is enough only when a signer says so.' : undefined}
      >
        {(control) => (
          <select
            {...control}
            name="signersNeeded"
            value={chosen}
            onChange={(event) => setChosen(event.currentTarget.value)}
          >
            <option value="">As the site says{site && `: ${site.signersNeeded}`}</option>
            <option disabled={asksTwo && !mayLower}>1</option>
            <option>2</option>
          </select>
        )}
      </Field>
      {asksTwo && chosen === '1' && (
        <Field label="Why one signature is enough" hint="Stands in the history." fault={fault}>
          {(control) => <input {...control} name="reason" maxLength={500} required />}
        </Field>
      )}
    </>
  );
}
