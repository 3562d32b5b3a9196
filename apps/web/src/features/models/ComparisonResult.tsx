/** @file The result of a comparison: how far it is, agreement with its limits, counts, and the cells that differ. */
import {
  type Comparison,
  type ComparisonDetail,
  type Field,
  percent,
  percentLimits,
} from '@leukoscope/contract';
import { clopperPearson } from '@leukoscope/core';
import type { ReactNode } from 'react';
import { CountComparison } from '../../components/CountComparison.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { Progress } from '../../components/Progress.tsx';
import { AgreementMatrix } from './AgreementMatrix.tsx';
import { cellCount } from '../../state/review-intent.ts';
import styles from './ComparisonResult.module.css';
import { DisagreementTable } from './DisagreementTable.tsx';
import { useComparison } from '../../components/use-comparisons.ts';

/** A comparison by its id. */
export function ComparisonResult({ id }: { readonly id: string }) {
  const { comparison, fields, fault } = useComparison(id);
  if (comparison === undefined) {
    return fault === null ? <Loading what="comparison" /> : <Notice kind="bad">{fault}</Notice>;
  }
  return (
    <div className={styles.result}>
      <Standing comparison={comparison} />
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      {comparison.fields.done > 0 && (
        <>
          <Figures comparison={comparison} />
          <Counts comparison={comparison} fields={fields} />
          <AgreementMatrix comparison={comparison} />
          <DisagreementTable comparison={comparison} fields={fields} />
        </>
      )}
    </div>
  );
}

function Standing({ comparison }: { readonly comparison: Comparison }) {
  const { state, fields, failure, modelId } = comparison;
  const finished = fields.done + fields.failed;
  return (
    <>
      {state === 'running' && (
        <div>
          <p role="status">
            {modelId} analyses: {finished} of {fields.all} fields
          </p>
          <Progress value={finished / fields.all} label={`Fields analysed by ${modelId}`} />
        </div>
      )}
      {fields.failed > 0 && (
        <Notice kind={state === 'failed' ? 'bad' : 'warn'}>
          {fields.failed} of {fields.all} fields failed and are missing here: {failure}
        </Notice>
      )}
    </>
  );
}

function Figures({ comparison }: { readonly comparison: ComparisonDetail }) {
  const { matched, agreeing, kappa, reviewed, cells } = comparison;
  const onlyFirst = cells.filter((cell) => cell.first !== null && cell.second === null).length;
  const onlySecond = cells.filter((cell) => cell.first === null && cell.second !== null).length;
  return (
    <dl className={styles.figures}>
      <Figure name="Found by both">
        {cellCount(matched)}; by the first only {onlyFirst}, by the second only {onlySecond}
      </Figure>
      <Figure name="Same type">{shareWords(agreeing, matched)}</Figure>
      <Figure name="Cohen's kappa">
        {kappa === null
          ? 'not defined here'
          : `${kappa.toFixed(2)} (1: always the same, 0: as often as by chance)`}
      </Figure>
      <Figure name="Same as people">
        {reviewed.cells === 0
          ? 'no cell of the case has been seen yet'
          : `first model ${shareWords(reviewed.first, reviewed.cells)}; second ${shareWords(reviewed.second, reviewed.cells)}`}
      </Figure>
    </dl>
  );
}

function Figure(props: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}

function shareWords(count: number, of: number): string {
  if (of === 0) return 'none to compare';
  const { low, high } = clopperPearson(count, of);
  return `${count} of ${of}, ${percent(count / of)} % (95 % limits ${percentLimits({ low, high })})`;
}

function firstNames(fields: readonly Field[]): string {
  const ids = fields.flatMap((field) => (field.analysis === null ? [] : [field.analysis.modelId]));
  return [...new Set(ids)].join(', ') || 'the model';
}

function Counts(props: {
  readonly comparison: ComparisonDetail;
  readonly fields: readonly Field[];
}) {
  const { comparison, fields } = props;
  return (
    <section>
      <h3>Counts by type</h3>
      <CountComparison
        className={`${styles.table} ${styles.counts}`}
        caption="Counts by type of the first and of the second model"
        firstName="First"
        secondName="Second"
        rows={comparison.counts.map((row) => ({ key: row.bin, ...row }))}
      />
      <p className={styles.note}>
        First: {firstNames(fields)}, that the case's cells are from, as it answered them. Second:{' '}
        {comparison.modelId}. For research use only.
      </p>
    </section>
  );
}
