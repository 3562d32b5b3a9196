/** @file The settings that are not per class: the laboratory, and how cases are counted and signed. */
import { Field } from '../../components/Field.tsx';
import { ExpectationOptions, expectedHint, parseExpectation } from '../case/ExpectationOptions.tsx';
import type { SiteDraft, SiteFaults } from './site-draft.ts';
import styles from './SettingsPage.module.css';

const targets = [100, 200, 400, 500] as const;

/** Name, address, target, signers, score. */
export function SiteFields(props: {
  readonly draft: SiteDraft;
  readonly faults: SiteFaults;
  readonly onChange: (part: Partial<SiteDraft>) => void;
}) {
  const { draft, faults, onChange } = props;
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
    </>
  );
}
