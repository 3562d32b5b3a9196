/** @file One model: its facts, and its card with intended use, data, figures and known failures. */
import type { Model } from '@leukoscope/contract';
import { binName } from '../../state/bins.ts';
import { MarkdownText } from './MarkdownText.tsx';
import styles from './ModelsPage.module.css';
import { sizeWords } from './size-words.ts';

/** A model. `isOpen`: its card is shown at once. */
export function ModelCard({ model, isOpen }: { readonly model: Model; readonly isOpen: boolean }) {
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
    </section>
  );
}
