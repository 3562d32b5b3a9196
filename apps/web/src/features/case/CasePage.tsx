/** @file One case: its head, its views (gallery, field, report, history) and, beside them, the differential. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useStore } from '../../components/use-store.ts';
import { type CaseStore, openCase, pageParts } from '../../state/case-store.ts';
import { sessionStore } from '../../state/session-store.ts';
import { DifferentialPanel } from '../differential/DifferentialPanel.tsx';
import styles from './CasePage.module.css';
import { CaseContext, useOpenCase } from './case-context.ts';

const GalleryView = lazy(() => import('../gallery/GalleryView.tsx'));
const FieldView = lazy(() => import('../field/FieldView.tsx'));
const ReportView = lazy(() => import('../report/ReportView.tsx'));
const HistoryView = lazy(() => import('../history/HistoryView.tsx'));

/** The page of a case. */
export default function CasePage({ caseId }: { readonly caseId: string }) {
  const user = useStore(sessionStore)?.user;
  const [store, setStore] = useState<CaseStore>();
  useEffect(() => {
    if (user === null || user === undefined) return;
    const opened = openCase(
      caseId,
      pageParts(caseId, { kind: 'user', id: user.id, name: user.displayName }),
    );
    setStore(opened);
    return () => opened.close();
  }, [caseId, user]);
  if (store === undefined) return <Loading what="case" />;
  return (
    <CaseContext value={store}>
      <CaseBody store={store} />
    </CaseContext>
  );
}

function CaseBody({ store }: { readonly store: CaseStore }) {
  const state = useStore(store);
  if (state.status === 'loading') return <Loading what="case" />;
  if (state.status === 'failed') return <Notice kind="bad">{state.message}</Notice>;
  return (
    <div className={styles.page}>
      <CaseHead />
      <div className={styles.columns}>
        <div className={styles.view}>
          <Suspense fallback={<Loading what="view" />}>
            <Switch>
              <Route path="/cases/:caseId">
                <GalleryView />
              </Route>
              <Route path="/cases/:caseId/field/:fieldId?">
                {(params) => <FieldView fieldId={params.fieldId} />}
              </Route>
              <Route path="/cases/:caseId/differential">
                <DifferentialPanel />
              </Route>
              <Route path="/cases/:caseId/report">
                <ReportView />
              </Route>
              <Route path="/cases/:caseId/history">
                <HistoryView />
              </Route>
            </Switch>
          </Suspense>
        </div>
        <aside className={styles.side} aria-label="Differential">
          <DifferentialPanel />
        </aside>
      </div>
    </div>
  );
}

function CaseHead() {
  const { case: facts } = useOpenCase();
  const [location] = useLocation();
  const base = `/cases/${facts.id}`;
  const views = [
    { to: base, name: 'Gallery', isHere: location === base },
    { to: `${base}/field`, name: 'Fields', isHere: location.startsWith(`${base}/field`) },
    {
      to: `${base}/differential`,
      name: 'Differential',
      isHere: location === `${base}/differential`,
    },
    { to: `${base}/report`, name: 'Report', isHere: location === `${base}/report` },
    { to: `${base}/history`, name: 'History', isHere: location === `${base}/history` },
  ];
  return (
    <header className={styles.head}>
      <h1>{facts.number}</h1>
      <nav aria-label="Views of the case">
        {views.map(({ to, name, isHere }) => (
          <Link key={to} to={to} aria-current={isHere ? 'page' : undefined}>
            {name}
          </Link>
        ))}
      </nav>
    </header>
  );
}
