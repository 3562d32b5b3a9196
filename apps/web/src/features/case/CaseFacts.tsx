/** @file Whose smear it is, in the head of every view: patient, specimen, time of collection, and the way to correct them. */
import { reportTime, specimenNames } from '@leukoscope/contract';
import { expectationNames } from '@leukoscope/core';
import { Pencil } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { useCaseAccess } from './case-access.ts';
import styles from './CaseHead.module.css';
import { useOpenCase } from './case-context.ts';
import { FactsDialog } from './FactsDialog.tsx';

/** The facts. */
export function CaseFacts() {
  const { case: facts } = useOpenCase();
  const { canChange } = useCaseAccess();
  const [isOpen, setOpen] = useState(false);
  const { patientReference, specimen, expectation, collectedAt } = facts;
  return (
    <p className={styles.facts}>
      <span title="Patient">
        <bdi>{patientReference === '' ? 'patient not given' : patientReference}</bdi>
      </span>
      <span>{specimenNames[specimen]}</span>
      {expectation !== null && <span>expected: {expectationNames[expectation].toLowerCase()}</span>}
      <span>
        {collectedAt === null
          ? 'collection time not given'
          : `collected ${reportTime(collectedAt)}`}
      </span>
      {canChange && (
        <Button
          look="quiet"
          onClick={() => setOpen(true)}
          aria-label="Correct the facts of the case"
        >
          <Pencil size={14} aria-hidden />
        </Button>
      )}
      {isOpen && <FactsDialog facts={facts} onClose={() => setOpen(false)} />}
    </p>
  );
}
