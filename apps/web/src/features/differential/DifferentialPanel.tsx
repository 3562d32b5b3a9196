/**
 * @file Live counts of the open case and its flags: with what is put below them (conclusion, comments,
 * sign-off) the panel beside every view of a case, and a page of its own on narrow screens.
 */
import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useSettled } from '../../components/use-settled.ts';
import { useOpenCase } from '../case/case-context.ts';
import { CaseFlags } from '../../components/CaseFlags.tsx';
import { useCaseAccess } from '../case/case-access.ts';
import { CountProgress } from './CountProgress.tsx';
import styles from './DifferentialPanel.module.css';
import { DifferentialTable } from './DifferentialTable.tsx';
import { ModelAnswer } from './ModelAnswer.tsx';
import { countsNote } from '../../state/counts-note.ts';
import { OtherCells } from './OtherCells.tsx';

/** The differential as it is now, and what stands below it. */
export function DifferentialPanel({ children }: { readonly children: ReactNode }) {
  const { differential, case: facts } = useOpenCase();
  const { leukocytes, rows, unidentified } = differential;
  const { reason } = useCaseAccess();
  return (
    <div className={styles.frame}>
      <div className={styles.panel}>
        <div className={styles.part}>
          <section>
            <h2>Differential</h2>
            {reason !== null && (
              <p className={styles.locked}>
                <Lock size={16} aria-hidden /> {reason}
              </p>
            )}
            <CountProgress />
            <CountsNote />
            {leukocytes === 0 && (
              <p className={styles.empty}>
                No leukocyte is counted yet.{' '}
                {unidentified > 0 && (
                  <Link to={`/cases/${facts.id}?filter=unidentified`}>
                    {unidentified} unidentified {unidentified === 1 ? 'cell waits' : 'cells wait'}{' '}
                    in the gallery.
                  </Link>
                )}
              </p>
            )}
            {rows.length > 0 && <DifferentialTable differential={differential} />}
            {leukocytes > 0 && (
              <p className={styles.legend}>
                Line: exact limits of the share. Band: reference range. The axis is the square root
                of the share, so that rare types can be read. H, L: outside the reference range;
                filled: beyond chance.
              </p>
            )}
            <OtherCells />
            {rows.length > 0 && <ModelAnswer />}
            <p className={styles.legend}>For research use only.</p>
          </section>
          <section>
            <h2>Flags</h2>
            <CaseFlags flags={differential.flags} />
          </section>
        </div>
        <div className={styles.part}>{children}</div>
      </div>
    </div>
  );
}

/** Reviews usually arrive within a blink: a note that comes and goes with each would only be in the way. */
const patienceMs = 800;

function CountsNote() {
  const unsent = useOpenCase((open) => open.unsent);
  const isBehind = useSettled(unsent > 0, patienceMs);
  const note = countsNote(unsent);
  return isBehind && note !== null && <p className={styles.behind}>{note}</p>;
}
