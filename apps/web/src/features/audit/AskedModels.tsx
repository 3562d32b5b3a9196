/** @file Which models have looked at the case, and which others can be asked. */
import type { Comparison, Field, Model } from '@leukoscope/contract';
import { Button } from '../../components/Button.tsx';
import { timeWords } from '../../state/time-words.ts';
import styles from './AuditPage.module.css';

/** One line a model. */
export function AskedModels(props: {
  readonly models: readonly Model[];
  readonly fields: readonly Field[];
  readonly comparisons: readonly Comparison[];
  readonly mayAsk: boolean;
  readonly onAsk: (modelId: string) => void;
}) {
  const { models, fields, comparisons, mayAsk, onAsk } = props;
  const own = new Set(fields.map(({ analysis }) => analysis?.modelId));
  return (
    <section aria-label="Models that are asked">
      <h2>Models that are asked</h2>
      <ul className={styles.models}>
        {models.map(({ id, name }) => {
          const newest = comparisons.find(({ modelId }) => modelId === id);
          const isAsked = newest !== undefined && newest.state !== 'failed';
          return (
            <li key={id}>
              <strong>{name}</strong> <code>{id}</code>
              <span className={styles.note}>
                {own.has(id) ? "the case's cells are from it" : standing(newest)}
              </span>
              {!own.has(id) && !isAsked && (
                <Button disabled={!mayAsk} onClick={() => onAsk(id)}>
                  Ask {id}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {models.length < 2 && (
        <p className={styles.note}>
          The server has one model. An administrator can add others on the page Models.
        </p>
      )}
      {!mayAsk && (
        <p className={styles.note}>Your role is to look: an audit needs the role reviewer.</p>
      )}
    </section>
  );
}

function standing(comparison: Comparison | undefined): string {
  if (comparison === undefined) return 'not asked';
  const { state, fields, finishedAt, failure } = comparison;
  if (state === 'failed') return `failed: ${failure ?? 'no reason is known'}`;
  if (state === 'running') return `looks: ${fields.done} of ${fields.all} fields`;
  const missing = fields.failed === 0 ? '' : `, ${fields.failed} of ${fields.all} fields failed`;
  return `asked ${finishedAt === null ? '' : timeWords(finishedAt)}${missing}`;
}
