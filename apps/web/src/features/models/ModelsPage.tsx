/** @file The models of the server: what is loaded, what their cards say, and two of them on one case. */
import type { Model } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { useStore } from '../../components/use-store.ts';
import { api } from '../../state/api.ts';
import { mayDo, sessionStore } from '../../state/session-store.ts';
import { AddModel } from './AddModel.tsx';
import { CompareModels } from './CompareModels.tsx';
import { LearnFromSite } from './LearnFromSite.tsx';
import { ModelCard } from './ModelCard.tsx';
import styles from './ModelsPage.module.css';

/** The models. */
export default function ModelsPage() {
  usePageTitle('Models');
  const [models, setModels] = useState<readonly Model[]>();
  const [broken, setBroken] = useState<readonly { id: string; reason: string }[]>([]);
  const isAdministrator = mayDo(useStore(sessionStore), 'administrator');
  const [fault, setFault] = useState<string | null>(null);
  const load = useCallback(() => {
    setFault(null);
    api.listModels().then(
      (answer) => {
        setModels(answer.items);
        setBroken(answer.broken);
      },
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
          The server has no model: fields cannot be analysed. Add one below, or put a description
          and its files into the folder of models (LEUKOSCOPE_MODELS).
        </Notice>
      )}
      {models?.map((model) => (
        <ModelCard
          key={model.id}
          model={model}
          isOpen={models.length === 1}
          {...(isAdministrator && model.isAdded && { onRemoved: load })}
          {...(isAdministrator && !model.isDefault && { onChosen: load })}
        />
      ))}
      {broken.map(({ id, reason }) => (
        <Notice key={id} kind="warn">
          {id} lies among the models and cannot be opened: {reason}
        </Notice>
      ))}
      {isAdministrator && models !== undefined && models.length > 0 && (
        <LearnFromSite models={models} onModels={load} />
      )}
      {isAdministrator && models !== undefined && <AddModel key={models.length} onAdded={load} />}
      {models !== undefined && models.length > 0 && <CompareModels models={models} />}
    </div>
  );
}
