/** @file Says that new fields are analysed with a model that was learnt here, and goes back to its parent. */
import type { Learning, Model } from '@leukoscope/contract';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { ChooseModelDialog } from './ChooseModelDialog.tsx';
import styles from './ModelsPage.module.css';

/** The line; nothing where no learnt model is in use. */
export function GoBack(props: {
  readonly models: readonly Model[];
  readonly learnings: readonly Learning[];
  readonly onChanged: () => void;
}) {
  const { models, learnings, onChanged } = props;
  const [isAsking, setAsking] = useState(false);
  const inUse = models.find(({ isDefault }) => isDefault);
  const from = learnings.find(
    ({ state, decision }) => state === 'accepted' && decision?.modelId === inUse?.id,
  );
  const parent = models.find(({ id }) => id === from?.parentId);
  if (inUse === undefined || parent === undefined) return null;
  return (
    <p>
      New fields are analysed with {inUse.name}, which was learnt here from {parent.name}.{' '}
      <Button onClick={() => setAsking(true)}>Go back to {parent.name} ...</Button>
      {isAsking && (
        <ChooseModelDialog
          model={parent}
          onClose={() => setAsking(false)}
          onChosen={() => {
            setAsking(false);
            onChanged();
          }}
        />
      )}
      <span className={styles.soft}> What it has analysed stays as it is.</span>
    </p>
  );
}
