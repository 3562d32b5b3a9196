/** @file The settings that are not per class: the laboratory, how cases are counted and signed, how people sign in. */
import { type Role, roles } from '@leukoscope/contract';
import { Field } from '../../components/Field.tsx';
import { useStore } from '../../components/use-store.ts';
import { sessionStore } from '../../state/session-store.ts';
import { ExpectationOptions, expectedHint, parseExpectation } from '../case/ExpectationOptions.tsx';
import type { SiteDraft, SiteFaults } from './site-draft.ts';
import styles from './SettingsPage.module.css';

const roleNames: Readonly<Record<Role, string>> = {
  viewer: 'Viewers',
  reviewer: 'Reviewers',
  signer: 'Signers',
  administrator: 'Administrators',
};
const newcomers = ['viewer', 'reviewer', 'signer'] as const;
const targets = [100, 200, 400, 500] as const;

/** Name, address, target, signers, score, second factors. */
export function SiteFields(props: {
  readonly draft: SiteDraft;
  readonly faults: SiteFaults;
  readonly onChange: (part: Partial<SiteDraft>) => void;
}) {
  const { draft, faults, onChange } = props;
  const provider = useStore(sessionStore)?.provider ?? null;
  return (
    <>
      <section className={styles.section}>
        <h2>Laboratory</h2>
        <div className={styles.grid}>
          <Field label="Name" hint="Stands above every report.">
            {(control) => (
              <input
                {...control}
                maxLength={200}
                value={draft.name}
                onChange={(event) => onChange({ name: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label="Address">
            {(control) => (
              <textarea
                {...control}
                rows={2}
                maxLength={500}
                value={draft.address}
                onChange={(event) => onChange({ address: event.currentTarget.value })}
              />
            )}
          </Field>
        </div>
      </section>
      <section className={styles.section}>
        <h2>Counting and signing</h2>
        <div className={styles.grid}>
          <Field label="Leukocytes to count" hint="Of new cases.">
            {(control) => (
              <select
                {...control}
                value={draft.targetCells}
                onChange={(event) => {
                  const chosen = targets.find((n) => n === Number(event.currentTarget.value));
                  if (chosen !== undefined) onChange({ targetCells: chosen });
                }}
              >
                {targets.map((n) => (
                  <option key={n}>{n}</option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Signatures needed" hint="Of new cases. Two: by two different people.">
            {(control) => (
              <select
                {...control}
                value={draft.signersNeeded}
                onChange={(event) =>
                  onChange({ signersNeeded: event.currentTarget.value === '2' ? 2 : 1 })
                }
              >
                <option>1</option>
                <option>2</option>
              </select>
            )}
          </Field>
          <Field label="Blood is expected to be" hint={`Of new cases of blood. ${expectedHint}`}>
            {(control) => (
              <select
                {...control}
                value={draft.expectation ?? 'nothing'}
                onChange={(event) =>
                  onChange({ expectation: parseExpectation(event.currentTarget.value) })
                }
              >
                <ExpectationOptions />
              </select>
            )}
          </Field>
          <Field
            label="Lowest score, %"
            hint="Cells that the model scores lower come as Unidentified, and those it does not trust at any score. Holds for fields that are analysed from now on."
            fault={faults.get('scoreThreshold')}
          >
            {(control) => (
              <input
                {...control}
                inputMode="decimal"
                value={draft.scoreThreshold}
                onChange={(event) => onChange({ scoreThreshold: event.currentTarget.value })}
              />
            )}
          </Field>
        </div>
      </section>
      <section className={styles.section}>
        <h2>Signing in</h2>
        <fieldset className={styles.plain}>
          <legend>A second factor beside the password is needed of</legend>
          {roles.map((role) => (
            <label key={role} className={styles.check}>
              <input
                type="checkbox"
                checked={draft.secondFactorRoles.includes(role)}
                onChange={(event) => {
                  const others = draft.secondFactorRoles.filter((one) => one !== role);
                  const next = event.currentTarget.checked ? [...others, role] : others;
                  onChange({ secondFactorRoles: roles.filter((one) => next.includes(one)) });
                }}
              />
              {roleNames[role]}
            </label>
          ))}
        </fieldset>
        <p className={styles.hint}>
          Whoever has none adds one at the next sign-in, before anything else is open. Everybody may
          add one in the account's menu.
        </p>
        {provider !== null && (
          <Field
            label={`Who signs in with ${provider} and has no account`}
            hint="An account that is made so is named by the provider. Nobody's role is changed by it."
          >
            {(control) => (
              <select
                {...control}
                value={draft.providerRole ?? ''}
                onChange={(event) => {
                  const chosen = newcomers.find((role) => role === event.currentTarget.value);
                  onChange({ providerRole: chosen ?? null });
                }}
              >
                <option value="">is refused: administrators link accounts</option>
                {newcomers.map((role) => (
                  <option key={role} value={role}>
                    gets one as {role}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
      </section>
    </>
  );
}
