/** @file One cell after the other, each with the types to choose from. */
import type { TeachingRound } from '@leukoscope/contract';
import type { CellClass } from '@leukoscope/core';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { isTyping } from '../../components/use-key.ts';
import { api } from '../../state/api.ts';
import { binName } from '../../state/bins.ts';
import { cropAddress } from '../../state/crop-address.ts';
import styles from './TeachingPage.module.css';

const pictureSide = 320;

/** The questions. Every answer is kept at once: a reload goes on where one was. */
export function RoundQuestions(props: {
  readonly round: TeachingRound;
  readonly onRound: (round: TeachingRound) => void;
  readonly onFault: (error: unknown) => void;
  readonly onClose: () => void;
}) {
  const { round, onRound, onFault, onClose } = props;
  const firstOpen = round.cells.findIndex(({ answer }) => answer === null);
  const [at, setAt] = useState(Math.max(0, firstOpen));
  const [isBusy, setIsBusy] = useState(false);
  const cell = round.cells[at]!;
  const answer = (cellClass: CellClass) => {
    if (isBusy) return;
    setIsBusy(true);
    const body = { answers: [{ cellId: cell.cellId, cellClass }] };
    api
      .answerTeaching({ params: { id: round.id }, body })
      .then((next) => {
        onRound(next);
        setAt(Math.min(at + 1, round.cells.length - 1));
      }, onFault)
      .finally(() => setIsBusy(false));
  };
  const back = () => setAt(Math.max(0, at - 1));
  const latest = useRef({ answer, back });
  latest.current = { answer, back };
  const { choices } = round;
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const chosen = choices.find(({ key }) => key === event.key);
      if (chosen === undefined && event.key !== 'Backspace') return;
      event.preventDefault();
      if (chosen === undefined) latest.current.back();
      else latest.current.answer(chosen.cellClass);
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, [choices]);
  return (
    <section className={styles.question} aria-label={`Cell ${at + 1} of ${round.cells.length}`}>
      <p className={styles.progress} role="status">
        Cell {at + 1} of {round.cells.length}
        {cell.answer !== null && `, your answer: ${binName(cell.answer)}`}
      </p>
      <img
        className={styles.picture}
        key={cell.cellId}
        src={cropAddress({ id: cell.cellId, box: cell.box }, pictureSide, { pixelRatio: 2 })}
        alt={`The cell to type, ${at + 1} of ${round.cells.length}`}
        width={pictureSide}
        height={pictureSide}
      />
      <div className={styles.choices}>
        {choices.map(({ cellClass, key }) => (
          <Button key={cellClass} disabled={isBusy} onClick={() => answer(cellClass)}>
            {binName(cellClass)}
            {key !== null && <kbd>{key}</kbd>}
          </Button>
        ))}
      </div>
      <div className={styles.start}>
        <Button disabled={at === 0} onClick={back}>
          Back
        </Button>
        <Button onClick={onClose}>Go on later</Button>
      </div>
    </section>
  );
}
