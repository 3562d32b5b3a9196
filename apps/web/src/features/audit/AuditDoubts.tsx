/** @file One doubt after the other, decided by a key each. */
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { BoxPicture } from '../../components/BoxPicture.tsx';
import { Button } from '../../components/Button.tsx';
import { useKey } from '../../components/use-key.ts';
import { binName } from '../../state/bins.ts';
import { type CaseDoubt, doubtWords, type Verdict, verdictsOf } from './audit-doubts.ts';
import styles from './AuditPage.module.css';
import type { Audit } from './use-audit.ts';

const keys = { keep: 'k', change: 'c', 'take-out': 't' } as const satisfies Record<Verdict, string>;
const decidedWords = { keep: 'kept', change: 'changed', 'take-out': 'taken out' } as const;

/** The doubts. */
export function AuditDoubts(props: {
  readonly audit: Audit;
  readonly caseId: string;
  readonly mayDecide: boolean;
}) {
  const { audit, caseId, mayDecide } = props;
  const { doubts, decided } = audit;
  const [at, setAt] = useState(0);
  const isBusy = useRef(false);
  const here = Math.min(at, doubts.length - 1);
  const doubt = doubts[here]!;
  const verdict = decided.get(doubt.key)?.verdict;
  const step = (by: number) => setAt(Math.max(0, Math.min(doubts.length - 1, here + by)));
  const once = async (work: () => Promise<void>) => {
    if (isBusy.current || !mayDecide) return;
    isBusy.current = true;
    // The page says what went wrong.
    await work().catch(() => {});
    isBusy.current = false;
  };
  const decide = (chosen: Verdict) => {
    if (verdict !== undefined || !verdictsOf(doubt).includes(chosen)) return;
    void once(async () => {
      await audit.decide(doubt, chosen);
      step(1);
    });
  };
  const undo = () => {
    if (verdict !== undefined) void once(() => audit.undo(doubt.key));
  };
  useKey(keys.keep, () => decide('keep'));
  useKey(keys.change, () => decide('change'));
  useKey(keys['take-out'], () => decide('take-out'));
  useKey('u', undo);
  useKey('ArrowRight', () => step(1));
  useKey('ArrowLeft', () => step(-1));
  return (
    <section className={styles.doubts} aria-label={`Doubt ${here + 1} of ${doubts.length}`}>
      <p className={styles.note} role="status">
        Doubt {here + 1} of {doubts.length}, {decided.size} decided
      </p>
      <div className={styles.doubt}>
        <div className={styles.picture}>
          <BoxPicture
            field={doubt.field}
            box={doubt.cell?.box ?? doubt.proposed!.box}
            zoom={2.2}
            drawn={boxesOf(doubt)}
          />
        </div>
        <div className={styles.words}>
          <p className={styles.says}>{labelWords(doubt)}</p>
          <p>
            {doubtWords(doubt)}. Suspicion {doubt.suspicion.toFixed(2)} of 1.
          </p>
          {verdict !== undefined && (
            <p className={styles.says}>You have {decidedWords[verdict]} it.</p>
          )}
          <div className={styles.form}>
            {verdictsOf(doubt).map((one) => (
              <Button
                key={one}
                disabled={!mayDecide || verdict !== undefined}
                onClick={() => decide(one)}
              >
                {buttonWords(doubt, one)} <kbd>{keys[one]}</kbd>
              </Button>
            ))}
            <Button disabled={!mayDecide || verdict === undefined} onClick={undo}>
              Undo <kbd>u</kbd>
            </Button>
          </div>
          <div className={styles.form}>
            <Button disabled={here === 0} onClick={() => step(-1)}>
              Before <kbd>←</kbd>
            </Button>
            <Button disabled={here === doubts.length - 1} onClick={() => step(1)}>
              Next <kbd>→</kbd>
            </Button>
            <Link to={placeOf(doubt, caseId)}>Show in field {doubt.field.position}</Link>
          </div>
        </div>
      </div>
    </section>
  );
}

function boxesOf({ cell, proposed, kind }: CaseDoubt) {
  const label = cell === undefined ? [] : [{ box: cell.box, isProposed: false }];
  const other =
    proposed === undefined || kind === 'type' ? [] : [{ box: proposed.box, isProposed: true }];
  return [...label, ...other];
}

function placeOf({ field, cell }: CaseDoubt, caseId: string): string {
  const place = `/cases/${caseId}/field/${field.id}`;
  return cell === undefined ? place : `${place}?cell=${cell.id}`;
}

function labelWords({ cell }: CaseDoubt): string {
  if (cell === undefined) return 'No cell is marked here.';
  const by = cell.seen === null ? 'nobody has looked at it' : `seen by ${cell.seen.by.name}`;
  return `${binName(cell.bin)}, ${by}.`;
}

function buttonWords({ kind, proposed, cell }: CaseDoubt, verdict: Verdict): string {
  if (verdict === 'take-out') return 'It is no cell';
  if (verdict === 'keep') return cell === undefined ? 'No cell was missed' : 'Keep as it is';
  if (kind === 'missed') return `Add ${binName(proposed!.cellClass)}`;
  return kind === 'box' ? 'Take the other box' : `Change to ${binName(proposed!.cellClass)}`;
}
