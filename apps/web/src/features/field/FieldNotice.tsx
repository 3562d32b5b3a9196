/** @file Where the shown field stands: waiting, under analysis, failed; and what its image was flagged with. */
import type { Field } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { Menu } from '../../components/Menu.tsx';
import { Progress } from '../../components/Progress.tsx';
import { addressOf, api } from '../../state/api.ts';
import { useCaseStore, useOpenCase } from '../case/case-context.ts';
import styles from './FieldNotice.module.css';
import { RemoveFieldDialog } from './RemoveFieldDialog.tsx';

/** A line above the image: name and state, with retry and remove. */
export function FieldNotice(props: { readonly field: Field; readonly locked: string | null }) {
  const { field, locked } = props;
  const { progress } = useOpenCase();
  const store = useCaseStore();
  const [isRemoving, setIsRemoving] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  const requeue = async () => {
    setIsAsking(true);
    try {
      await api.requeueField({ params: { id: field.id } });
      await store.reload();
    } catch (error) {
      store.fault.set(messageOf(error));
    } finally {
      setIsAsking(false);
    }
  };
  const now = progress.get(field.id);
  const actions = [
    {
      name: 'Open the original image',
      onChoose: () => {
        const query = { form: 'original' } as const;
        open(addressOf('getFieldImage', { params: { id: field.id }, query }), '_blank', 'noopener');
      },
    },
    {
      name: 'Remove this field ...',
      onChoose: () => setIsRemoving(true),
      isDisabled: locked !== null,
    },
  ];
  return (
    <div className={styles.line} data-state={field.state}>
      <h2 className={styles.name} title={field.fileName}>
        Field {field.position}: {field.fileName}
      </h2>
      <span className={styles.size}>
        {field.width} x {field.height} px
        {field.pixelSizeUm !== null && `, ${field.pixelSizeUm} µm a pixel`}
      </span>
      {field.analysis !== null && (
        <span className={styles.size} title={`SHA-256 ${field.analysis.modelSha256}`}>
          analysed by {field.analysis.modelId}
        </span>
      )}
      {field.state === 'queued' && <span role="status">Waits for its analysis</span>}
      {field.state === 'analysing' && (
        <span className={styles.progress}>
          <span role="status">Analysing{now?.stage ? `: ${now.stage}` : ''}</span>
          <Progress value={now?.progress ?? 0} label="Analysis of this field" />
        </span>
      )}
      {field.state === 'failed' && (
        <>
          <span role="alert" className={styles.failure}>
            Analysis failed: {field.failure}
          </span>
          <Button disabled={locked !== null || isAsking} onClick={() => void requeue()}>
            Analyse again
          </Button>
        </>
      )}
      {field.flags.map(({ code, severity, message }) => (
        <span key={code} className={styles.flag} data-severity={severity}>
          {message}
        </span>
      ))}
      <span className={styles.menu}>
        <Menu label="Actions of this field" actions={actions}>
          <Ellipsis size={18} aria-hidden />
        </Menu>
      </span>
      {isRemoving && <RemoveFieldDialog field={field} onClose={() => setIsRemoving(false)} />}
    </div>
  );
}
