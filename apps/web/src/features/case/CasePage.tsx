/** @file One case: its head, its views (gallery, field, report, history) and, beside them, the differential. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useMedia } from '../../components/use-media.ts';
import { useStore } from '../../components/use-store.ts';
import { type CaseStore, openCase, pageParts } from '../../state/case-store.ts';
import { sessionStore } from '../../state/session-store.ts';
import { DifferentialPanel } from '../differential/DifferentialPanel.tsx';
import { CommentThread } from '../sign-off/CommentThread.tsx';
import { ConclusionEditor } from '../sign-off/ConclusionEditor.tsx';
import { SignOffSection } from '../sign-off/SignOffSection.tsx';
import { CaseHead } from './CaseHead.tsx';
import styles from './CasePage.module.css';
import { CaseContext, SideContext } from './case-context.ts';

const GalleryView = lazy(() => import('../gallery/GalleryView.tsx'));
const FieldView = lazy(() => import('../field/FieldView.tsx'));
const ReportView = lazy(() => import('../report/ReportView.tsx'));
const HistoryView = lazy(() => import('../history/HistoryView.tsx'));

/** The page of a case. */
export default function CasePage({ caseId }: { readonly caseId: string }) {
  const user = useStore(sessionStore)?.user;
  const id = user?.id;
  const name = user?.displayName;
  const [store, setStore] = useState<CaseStore>();
  useEffect(() => {
    if (id === undefined || name === undefined) return;
    const opened = openCase(caseId, pageParts(caseId, { kind: 'user', id, name }));
    setStore(opened);
    return () => opened.close();
  }, [caseId, id, name]);
  if (store === undefined) return <Loading what="case" />;
  return (
    <CaseContext value={store}>
      <CaseBody store={store} />
    </CaseContext>
  );
}

/** What the case comes to: beside the views, or a view of its own. */
function Summary() {
  return (
    <DifferentialPanel>
      <ConclusionEditor />
      <CommentThread />
      <SignOffSection />
    </DifferentialPanel>
  );
}

function CaseBody({ store }: { readonly store: CaseStore }) {
  const status = useStore(store, (state) => state.status);
  const failure = useStore(store, (state) => (state.status === 'failed' ? state.message : null));
  const [location] = useLocation();
  // The view of the differential shows all of it itself.
  const hasSide = useMedia('(min-width: 1100px)') && !location.endsWith('/differential');
  const [side, setSide] = useState<HTMLElement | null>(null);
  if (status === 'loading') return <Loading what="case" />;
  if (status === 'failed') {
    return (
      <Notice kind="bad">
        {failure} <Button onClick={() => void store.reload()}>Try again</Button>
      </Notice>
    );
  }
  return (
    <div className={styles.page}>
      <CaseHead />
      <div className={styles.columns} data-side={hasSide || undefined}>
        <SideContext value={hasSide ? side : null}>
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
                  <Summary />
                </Route>
                <Route path="/cases/:caseId/report">
                  <ReportView />
                </Route>
                <Route path="/cases/:caseId/history">
                  <HistoryView />
                </Route>
                <Route>
                  <Notice kind="bad">A case has no such view. Choose one above.</Notice>
                </Route>
              </Switch>
            </Suspense>
          </div>
        </SideContext>
        {hasSide && (
          <aside className={styles.side} aria-label="Cell and differential">
            <div ref={setSide} />
            <Summary />
          </aside>
        )}
      </div>
    </div>
  );
}
