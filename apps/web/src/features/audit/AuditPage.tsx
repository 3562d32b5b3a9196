/** @file The label audit: choose a case, ask models, decide about what they contradict. The case stands in the address. */
import type { Model } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';
import { CaseFields } from '../../components/CaseFields.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { useStore } from '../../components/use-store.ts';
import { mayDo, sessionStore } from '../../state/session-store.ts';
import { AuditDoubts } from './AuditDoubts.tsx';
import { AskedModels } from './AskedModels.tsx';
import styles from './AuditPage.module.css';
import { api } from '../../state/api.ts';
import { useAudit } from './use-audit.ts';

/** The page. */
export default function AuditPage() {
  usePageTitle('Label audit');
  const [address, setAddress] = useSearchParams();
  const caseId = address.get('case') ?? '';
  const [models, setModels] = useState<readonly Model[]>();
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => {
    api.listModels().then(
      ({ items }) => setModels(items),
      (error: unknown) => setFault(messageOf(error)),
    );
  }, []);
  return (
    <div className={styles.page}>
      <h1>Label audit</h1>
      <p className={styles.note}>
        Cells about which several models agree against what stands in the case: another type, a cell
        that was missed, a cell where there is none. The most suspicious come first; you decide.
        Every verdict stands in the case's history. For research use only.
      </p>
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      <div className={styles.form}>
        <CaseFields caseId={caseId} onCase={(id) => setAddress(id === '' ? {} : { case: id })} />
      </div>
      {models === undefined && fault === null && <Loading what="models" />}
      {models !== undefined && caseId !== '' && (
        <CaseAudit key={caseId} caseId={caseId} models={models} />
      )}
    </div>
  );
}

function CaseAudit(props: { readonly caseId: string; readonly models: readonly Model[] }) {
  const { caseId, models } = props;
  const audit = useAudit(caseId, models);
  const mayReview = mayDo(useStore(sessionStore), 'reviewer');
  const { fields, comparisons, doubts, fault } = audit;
  if (fields === undefined)
    return fault === null ? <Loading what="case" /> : <Notice kind="bad">{fault}</Notice>;
  const isReady = comparisons.some(({ state }) => state === 'completed');
  return (
    <>
      <AskedModels
        models={models}
        fields={fields}
        comparisons={comparisons}
        mayAsk={mayReview}
        onAsk={audit.ask}
      />
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      {!isReady && <p className={styles.note}>Ask at least one model beside the case's own.</p>}
      {isReady && !audit.isRead && fault === null && <Loading what="answers" />}
      {audit.isRead && doubts.length === 0 && (
        <Notice kind="good">The models contradict nothing in this case.</Notice>
      )}
      {doubts.length > 0 && <AuditDoubts audit={audit} caseId={caseId} mayDecide={mayReview} />}
    </>
  );
}
