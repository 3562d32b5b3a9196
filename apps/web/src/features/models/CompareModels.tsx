/** @file Two models on one case: choose, run, and read. What is chosen stands in the address. */
import type { Model } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { CaseFields } from '../../components/CaseFields.tsx';
import { Field } from '../../components/Field.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useStore } from '../../components/use-store.ts';
import { api } from '../../state/api.ts';
import { mayDo, sessionStore } from '../../state/session-store.ts';
import { timeWords } from '../../state/time-words.ts';
import { ComparisonResult } from './ComparisonResult.tsx';
import styles from './ModelsPage.module.css';
import { useComparisons } from '../../components/use-comparisons.ts';

const stateWords = { running: 'runs', completed: 'done', failed: 'failed' } as const;

/** The comparison of models. */
export function CompareModels({ models }: { readonly models: readonly Model[] }) {
  const [address, setAddress] = useSearchParams();
  const caseId = address.get('case') ?? '';
  const comparisonId = address.get('comparison');
  const { comparisons, fault, reload } = useComparisons(caseId);
  const chosen = comparisons.find((one) => one.id === comparisonId) ?? comparisons[0];
  return (
    <section className={styles.compare} aria-label="Compare two models on one case">
      <h2>Compare two models on one case</h2>
      <p className={styles.soft}>
        The second model analyses the case's fields again. The case itself stays as it is. Where
        models agree against what people said,{' '}
        <Link to={caseId === '' ? '/audit' : `/audit?case=${caseId}`}>the label audit</Link> lists
        it.
      </p>
      <CompareForm
        models={models}
        caseId={caseId}
        onCase={(id) => setAddress(id === '' ? {} : { case: id })}
        onStarted={(id) => {
          setAddress({ case: caseId, comparison: id });
          reload();
        }}
      />
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      {caseId !== '' && comparisons.length > 1 && (
        <Field label="Comparison">
          {(control) => (
            <select
              {...control}
              value={chosen?.id}
              onChange={(event) => setAddress({ case: caseId, comparison: event.target.value })}
            >
              {comparisons.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.modelId}, {timeWords(one.createdAt)}, by {one.createdBy.name}:{' '}
                  {stateWords[one.state]}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {chosen !== undefined && <ComparisonResult key={chosen.id} id={chosen.id} />}
    </section>
  );
}

function CompareForm(props: {
  readonly models: readonly Model[];
  readonly caseId: string;
  readonly onCase: (id: string) => void;
  readonly onStarted: (comparisonId: string) => void;
}) {
  const { models, caseId, onCase, onStarted } = props;
  const session = useStore(sessionStore);
  const [modelId, setModelId] = useState('');
  const [fault, setFault] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const run = async () => {
    setSending(true);
    setFault(null);
    try {
      const made = await api.createComparison({ params: { id: caseId }, body: { modelId } });
      onStarted(made.id);
    } catch (error) {
      setFault(messageOf(error));
    } finally {
      setSending(false);
    }
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <CaseFields caseId={caseId} onCase={onCase} />
      <Field label="Second model">
        {(control) => (
          <select {...control} value={modelId} onChange={(event) => setModelId(event.target.value)}>
            <option value="">Choose ...</option>
            {models.map((model) => (
              <option key={model.id} value={model.id}>
                {model.name}
                {model.isDefault ? ' (default)' : ''}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Button
        type="submit"
        look="primary"
        disabled={isSending || caseId === '' || modelId === '' || !mayDo(session, 'reviewer')}
      >
        Compare
      </Button>
      {models.length < 2 && (
        <p className={styles.soft}>
          The server has one model. A second one beside it could be compared with it.
        </p>
      )}
      {!mayDo(session, 'reviewer') && (
        <p className={styles.soft}>Your role is to look: comparing needs the role reviewer.</p>
      )}
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
    </form>
  );
}
