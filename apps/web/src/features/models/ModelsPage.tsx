/** @file The models of the server: what is loaded, what their cards say, and two of them on one case. */
import type { Model } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { api } from '../../state/api.ts';
import { CompareModels } from './CompareModels.tsx';
import { ModelCard } from './ModelCard.tsx';
import styles from './ModelsPage.module.css';

/** The models. */
export default function ModelsPage() {
  usePageTitle('Models');
  const [models, setModels] = useState<readonly Model[]>();
  const [fault, setFault] = useState<string | null>(null);
  const load = useCallback(() => {
    setFault(null);
    api.listModels().then(
      ({ items }) => setModels(items),
      (error: unknown) => setFault(messageOf(error)),
    );
  }, []);
  useEffect(load, [load]);
  return (
    <div className={styles.page}>
      <h1>Models</h1>
      {fault !== null && (
        <Notice kind="bad">
          {fault} <Button onClick={load}>Try again</Button>
        </Notice>
      )}
      {models === undefined && fault === null && <Loading what="models" />}
      {models?.length === 0 && (
        <Notice kind="warn">
          The server has no model: fields cannot be analysed. Put a description and its files into
          the folder of models (LEUKOSCOPE_MODELS) and start the server again.
        </Notice>
      )}
      {models?.map((model) => (
        <ModelCard key={model.id} model={model} isOpen={models.length === 1} />
      ))}
      {models !== undefined && models.length > 0 && <CompareModels models={models} />}
    </div>
  );
}
