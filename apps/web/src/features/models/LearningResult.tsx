/** @file What came out of a run: how far it is, the verdict, accuracy before and after, doubtful and changed cells, the decision. */
import type { LearningDetail } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Progress } from '../../components/Progress.tsx';
import { api } from '../../state/api.ts';
import { timeWords } from '../../state/time-words.ts';
import { LearningDecision } from './LearningDecision.tsx';
import styles from './Learning.module.css';
import { LearningFigures } from './LearningFigures.tsx';
import { learningStateWords } from './learning-words.ts';
import { LearntCells } from './LearntCells.tsx';
import { MarkdownText } from './MarkdownText.tsx';
import { useLearning } from './use-learnings.ts';

/** A run by its id. `onStarted`: it was begun again without some labels. */
export function LearningResult(props: {
  readonly id: string;
  readonly onStarted: (id: string) => void;
  readonly onModels: () => void;
}) {
  const { id, onStarted, onModels } = props;
  const { learning, fault } = useLearning(id);
  if (learning === undefined) {
    return fault === null ? <Loading what="run" /> : <Notice kind="bad">{fault}</Notice>;
  }
  const { result, card, state } = learning;
  return (
    <div className={`${styles.part} ${styles.run}`} data-learning={state}>
      <h3>
        Run of {timeWords(learning.createdAt)}, by {learning.createdBy.name}
      </h3>
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      <Standing learning={learning} />
      {result !== null && (
        <>
          <Verdict learning={learning} />
          <LearningFigures result={result} />
          {result.candidate !== null && (
            <LearntCells learning={learning} candidate={result.candidate} onStarted={onStarted} />
          )}
        </>
      )}
      {card !== null && (
        <details>
          <summary>The card that the model has, or would have</summary>
          <MarkdownText text={card} />
        </details>
      )}
      {state === 'completed' && <LearningDecision learning={learning} onDecided={onModels} />}
    </div>
  );
}

function Standing({ learning }: { readonly learning: LearningDetail }) {
  const { id, state, progress, stage, failure, decision } = learning;
  const [fault, setFault] = useState<string | null>(null);
  const cancel = () => {
    api.cancelLearning({ params: { id } }).then(
      () => setFault(null),
      (error: unknown) => setFault(messageOf(error)),
    );
  };
  if (state === 'queued' || state === 'running') {
    return (
      <div className={styles.part}>
        <p role="status">
          {state === 'queued' ? 'Waits for its turn' : `Learns: ${stage ?? 'begins'}`}
          {failure !== null && ` (tried again: ${failure})`}
        </p>
        <Progress value={progress} label="How far learning is" />
        {fault !== null && <Notice kind="bad">{fault}</Notice>}
        <p>
          <Button onClick={cancel}>Break off</Button>
        </p>
      </div>
    );
  }
  if (state === 'failed') return <Notice kind="bad">The run failed: {failure}</Notice>;
  if (decision === null) {
    return state === 'cancelled' ? <p>Broken off. Nothing was kept.</p> : null;
  }
  return (
    <p>
      {decision.modelId === null ? 'Discarded' : `${sentence(state)} as ${decision.modelId}`} by{' '}
      {decision.by.name}, {timeWords(decision.at)}: {decision.note}
    </p>
  );
}

function sentence(state: LearningDetail['state']): string {
  const words = learningStateWords[state];
  return words[0]!.toUpperCase() + words.slice(1);
}

function Verdict({ learning }: { readonly learning: LearningDetail }) {
  const { isOffered, result } = learning;
  if (isOffered === true) {
    return (
      <Notice kind="good">
        Offered: it is better here by more than chance, and not worse on cells of the laboratories
        that its parent knows.
      </Notice>
    );
  }
  return (
    <Notice kind="warn">
      <p>Refused: it cannot be accepted.</p>
      <ul className={styles.reasons}>
        {result?.refusals.map(({ kind, reason }) => (
          <li key={`${kind} ${reason}`}>{reason}</li>
        ))}
      </ul>
    </Notice>
  );
}
