/** @file How many leukocytes are counted of how many aimed at, and the analyser's count for absolute figures. */
import { useEffect, useState } from 'react';
import { Field } from '../../components/Field.tsx';
import { Progress } from '../../components/Progress.tsx';
import { useCaseStore, useOpenCase } from '../case/case-context.ts';
import styles from './CountProgress.module.css';
import { useCaseAccess } from '../case/case-access.ts';
import { changeFacts } from './change-facts.ts';
import { parseLeukocyteCount } from './parse-leukocyte-count.ts';

/** What a differential may aim at. */
const targets = [100, 200, 400, 500] as const;

/** Count and target, with the fields that change them. */
export function CountProgress() {
  const { differential, case: facts } = useOpenCase();
  const { leukocytes, targetCells } = differential;
  const store = useCaseStore();
  const { canChange } = useCaseAccess();
  const [fault, setFault] = useState<string | null>(null);
  const rest = targetCells - leukocytes;
  return (
    <div className={styles.counts}>
      <p className={styles.count}>
        <strong>{leukocytes}</strong> of {targetCells} leukocytes
        <span className={styles.rest}>
          {rest > 0 ? `${rest} to go` : rest === 0 ? 'target reached' : `${-rest} above the target`}
        </span>
      </p>
      <Progress
        value={leukocytes / targetCells}
        label={`${leukocytes} of ${targetCells} leukocytes counted`}
        kind={rest <= 0 ? 'good' : 'plain'}
      />
      <div className={styles.fields}>
        <Field label="Target" fault={fault ?? undefined}>
          {(control) => (
            <select
              {...control}
              value={facts.targetCells}
              disabled={!canChange}
              onChange={(event) => {
                const chosen = targets.find((target) => String(target) === event.target.value);
                if (chosen === undefined) return;
                void changeFacts(store, { targetCells: chosen }).then(setFault);
              }}
            >
              {targets.map((target) => (
                <option key={target} value={target}>
                  {target} cells
                </option>
              ))}
            </select>
          )}
        </Field>
        <LeukocyteCount />
      </div>
    </div>
  );
}

/** The analyser's count. Saved when the field is left or Enter is pressed; Escape takes the text back. */
function LeukocyteCount() {
  const { case: facts } = useOpenCase();
  const store = useCaseStore();
  const { canChange } = useCaseAccess();
  const saved = facts.leukocytesE9PerLitre === null ? '' : String(facts.leukocytesE9PerLitre);
  const [text, setText] = useState(saved);
  const [fault, setFault] = useState<string>();
  useEffect(() => setText(saved), [saved]);
  const save = async () => {
    const parsed = parseLeukocyteCount(text);
    if (parsed.fault !== undefined) return setFault(parsed.fault);
    setFault(undefined);
    if (parsed.count === facts.leukocytesE9PerLitre) return setText(saved);
    const refusal = await changeFacts(store, { leukocytesE9PerLitre: parsed.count });
    if (refusal !== null) setFault(refusal);
  };
  return (
    <Field
      label={
        <>
          Leukocytes, 10<sup>9</sup>/L
        </>
      }
      fault={fault}
    >
      {(control) => (
        <input
          {...control}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          placeholder="unknown"
          value={text}
          readOnly={!canChange}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => void save()}
          onKeyDown={(event) => {
            if (event.key === 'Enter') void save();
            if (event.key === 'Escape') {
              setText(saved);
              setFault(undefined);
            }
          }}
        />
      )}
    </Field>
  );
}
