/** @file The head of a case: which one it is, how it stands, its views, what is saved, what others do. */
import { Redo2, Undo2 } from 'lucide-react';
import { useEffect } from 'react';
import { Link, useLocation } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { usePageTitle } from '../../components/use-page-title.ts';
import { useStore } from '../../components/use-store.ts';
import { useCaseAccess } from './case-access.ts';
import { stateNames } from '../../state/case-words.ts';
import { AddFieldsButton } from '../uploads/AddFieldsButton.tsx';
import { CaseFacts } from './CaseFacts.tsx';
import { AnalysisProgress } from './AnalysisProgress.tsx';
import styles from './CaseHead.module.css';
import { useCaseStore, useOpenCase } from './case-context.ts';
import { SaveState } from './SaveState.tsx';

/** The head of a case. */
export function CaseHead() {
  const store = useCaseStore();
  const { case: facts, canUndo, canRedo } = useOpenCase();
  const { canChange } = useCaseAccess();
  const fault = useStore(store.fault);
  usePageTitle(facts.number);
  useUndoKeys();
  return (
    <header className={styles.head}>
      <div className={styles.line}>
        <h1>{facts.number}</h1>
        <span className={styles.state} data-state={facts.state}>
          {stateNames[facts.state]}
          {facts.version > 1 && `, version ${facts.version}`}
        </span>
        <CaseFacts />
        <Views />
        <span className={styles.actions}>
          <AnalysisProgress />
          <SaveState />
          {canChange && (
            <>
              <Button
                look="quiet"
                disabled={!canUndo}
                onClick={store.undo}
                aria-label="Undo"
                title="Undo (Ctrl+Z)"
              >
                <Undo2 size={18} aria-hidden />
              </Button>
              <Button
                look="quiet"
                disabled={!canRedo}
                onClick={store.redo}
                aria-label="Redo"
                title="Redo (Ctrl+Y)"
              >
                <Redo2 size={18} aria-hidden />
              </Button>
              <AddFieldsButton caseId={facts.id} caseNumber={facts.number} look="quiet" />
            </>
          )}
        </span>
      </div>
      {/* Over the view, not above it: cells must not jump away from under the pointer. */}
      <div className={styles.over}>
        <News />
        {fault !== null && (
          <Notice kind="bad" onDismiss={() => store.fault.set(null)}>
            {fault}
          </Notice>
        )}
      </div>
    </header>
  );
}

function Views() {
  const { case: facts } = useOpenCase();
  const [location] = useLocation();
  const base = `/cases/${facts.id}`;
  const views = [
    { to: base, name: 'Gallery' },
    { to: `${base}/field`, name: 'Fields' },
    { to: `${base}/differential`, name: 'Differential' },
    { to: `${base}/report`, name: 'Report' },
    { to: `${base}/history`, name: 'History' },
  ];
  const isHere = (to: string) => (to === base ? location === base : location.startsWith(to));
  return (
    <nav aria-label="Views of the case">
      {views.map(({ to, name }) => (
        <Link key={to} to={to} aria-current={isHere(to) ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}

const newsMs = 12_000;

/** What others did last: shown for a while, read out when there is a pause. */
function News() {
  const { news } = useCaseStore();
  const text = useStore(news);
  useEffect(() => {
    if (text === null) return;
    const timer = setTimeout(() => news.set(null), newsMs);
    return () => clearTimeout(timer);
  }, [text, news]);
  return (
    <p className={styles.news} role="status">
      {text}
    </p>
  );
}

/** Undo and redo on the views that do not hear these keys themselves. */
function useUndoKeys(): void {
  const store = useCaseStore();
  const { canChange } = useCaseAccess();
  useEffect(() => {
    if (!canChange) return;
    // Last of all: a view that has used the key has said so.
    const hear = (event: KeyboardEvent) => {
      const isControl = (event.ctrlKey || event.metaKey) && !event.altKey;
      if (event.defaultPrevented || !isControl || isText(event.target)) return;
      const key = event.key.toLowerCase();
      const isRedo = (key === 'z' && event.shiftKey) || (key === 'y' && !event.shiftKey);
      if (!isRedo && (key !== 'z' || event.shiftKey)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      if (isRedo) store.redo();
      else store.undo();
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, [store, canChange]);
}

function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('textarea, input, [contenteditable]');
}
