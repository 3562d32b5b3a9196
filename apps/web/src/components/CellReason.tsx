/** @file What the model saw of a cell beside its type: in one line, and attribute by attribute. */
import type { ModelAnswer } from '@leukoscope/contract';
import { attributeWords, reasonWords } from '@leukoscope/core';
import styles from './CellReason.module.css';

/** Nucleus, granules and N:C in words; nothing where nothing was told. */
export function ReasonLine(props: {
  readonly model: ModelAnswer;
  readonly className?: string | undefined;
}) {
  const words = reasonWords(props.model);
  if (words === '') return null;
  return (
    <p className={props.className} title="Seen by the model; N:C is nucleus over cytoplasm">
      {words.charAt(0).toUpperCase() + words.slice(1)}
    </p>
  );
}

/** Every attribute with its probability. */
export function AttributeList({ model: { attributes = [] } }: { readonly model: ModelAnswer }) {
  if (attributes.length === 0) return null;
  return (
    <details className={styles.attributes}>
      <summary>{attributes.length} attributes</summary>
      <ul>
        {attributes.map((attribute) => (
          <li key={attribute.name}>
            <span>{attribute.name.replace('-', ' ')}</span>
            <span>{attributeWords(attribute)}</span>
            <span>{attribute.probability.toFixed(2)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
