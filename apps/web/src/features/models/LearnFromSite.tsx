/** @file Teaches a model what this site corrected: choose cells, run, and decide about what came out. */
import type { Learning, Model } from '@leukoscope/contract';
import { useSearchParams } from 'wouter';
import { Field } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
import { timeWords } from '../../state/time-words.ts';
import { GoBack } from './GoBack.tsx';
import { LearningResult } from './LearningResult.tsx';
import { LearningStart } from './LearningStart.tsx';
import { learningStateWords } from './learning-words.ts';
import styles from './ModelsPage.module.css';
import { useLearnings } from './use-learnings.ts';

/** The section. `onModels`: the shelf, or which model is in use, has changed. */
export function LearnFromSite(props: {
  readonly models: readonly Model[];
  readonly onModels: () => void;
}) {
  const { models, onModels } = props;
  const [address, setAddress] = useSearchParams();
  const { learnings, fault, reload } = useLearnings();
  const show = (id: string) => {
    setAddress({ learning: id });
    reload();
  };
  const wanted = address.get('learning');
  const chosen = learnings?.find(({ id }) => id === wanted) ?? learnings?.[0];
  return (
    <section className={styles.compare} aria-labelledby="learn-heading">
      <h2 id="learn-heading">Learn from this site</h2>
      <p className={styles.soft}>
        A model learns how cells look here from those that people have corrected and confirmed. What
        comes out is compared with its parent before anybody can use it, and nothing changes until
        you accept it. For research use only.
      </p>
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      <GoBack models={models} learnings={learnings ?? []} onChanged={onModels} />
      <LearningStart models={models} isRunning={isRunning(learnings)} onStarted={show} />
      {learnings !== undefined && learnings.length > 1 && (
        <Field label="Run">
          {(control) => (
            <select {...control} value={chosen?.id} onChange={(event) => show(event.target.value)}>
              {learnings.map((one) => (
                <option key={one.id} value={one.id}>
                  {timeWords(one.createdAt)}, by {one.createdBy.name}: {stateWords(one)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {chosen !== undefined && (
        <LearningResult key={chosen.id} id={chosen.id} onStarted={show} onModels={onModels} />
      )}
    </section>
  );
}

function isRunning(learnings: readonly Learning[] | undefined): boolean {
  return learnings?.some(({ state }) => state === 'queued' || state === 'running') ?? false;
}

function stateWords({ state, isOffered }: Learning): string {
  return state === 'completed' && isOffered === false ? 'refused' : learningStateWords[state];
}
