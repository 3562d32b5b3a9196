/** @file One model: its facts, and its card with intended use, data, figures and known failures. */
import type { Model } from '@leukoscope/contract';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { binName } from '../../state/bins.ts';
import { ChooseModelDialog } from './ChooseModelDialog.tsx';
import { MarkdownText } from './MarkdownText.tsx';
import styles from './ModelsPage.module.css';
import { RemoveModelDialog } from './RemoveModelDialog.tsx';
import { readerWords } from './reader-words.ts';
import { sizeWords } from './size-words.ts';

/** A model. `isOpen`: its card is shown at once; `onRemoved`, `onChosen`: that may be done here, and was. */
export function ModelCard(props: {
  readonly model: Model;
  readonly isOpen: boolean;
  readonly onRemoved?: () => void;
  readonly onChosen?: () => void;
}) {
  const { model, isOpen, onRemoved, onChosen } = props;
  const [isChoosing, setChoosing] = useState(false);
  const [isRemoving, setRemoving] = useState(false);
  return (
    <section className={styles.model} aria-label={`Model ${model.name}`}>
      <h2>
        {model.name}
        {model.isDefault && <span className={styles.default}>analyses new fields</span>}
      </h2>
      <dl className={styles.facts}>
        <dt>Id</dt>
        <dd>{model.id}</dd>
        <dt>SHA-256</dt>
        <dd>
          <code>{model.sha256}</code>
        </dd>
        <dt>Kind</dt>
        <dd>{readerWords(model.reader)}</dd>
        <dt>Trained from</dt>
        <dd>
          {model.parent === null ? (
            'no parent named'
          ) : (
            <>
              {model.parent.name} <code>{model.parent.sha256.slice(0, 12)}</code>
            </>
          )}
        </dd>
        <dt>Size</dt>
        <dd>{sizeWords(model.sizeBytes)}</dd>
        <dt>Types</dt>
        <dd>
          {model.classes.length}: {model.classes.map(binName).join(', ')}
        </dd>
      </dl>
      {model.card === null ? (
        <p className={styles.soft}>
          No card lies beside this model: nothing is known here of its data, figures and limits. Put{' '}
          {model.id}.md beside its description.
        </p>
      ) : (
        <details open={isOpen}>
          <summary>Model card: intended use, data, figures, known failures</summary>
          <MarkdownText text={model.card} />
        </details>
      )}
      <p className={styles.soft}>For research use only.</p>
      {(onRemoved !== undefined || onChosen !== undefined) && (
        <p className="form-actions">
          {onChosen !== undefined && (
            <Button onClick={() => setChoosing(true)}>Use for new fields ...</Button>
          )}
          {onRemoved !== undefined && <Button onClick={() => setRemoving(true)}>Remove ...</Button>}
        </p>
      )}
      {isChoosing && onChosen !== undefined && (
        <ChooseModelDialog
          model={model}
          onClose={() => setChoosing(false)}
          onChosen={() => {
            setChoosing(false);
            onChosen();
          }}
        />
      )}
      {isRemoving && onRemoved !== undefined && (
        <RemoveModelDialog model={model} onClose={() => setRemoving(false)} onRemoved={onRemoved} />
      )}
    </section>
  );
}
