/** @file The worklist: every case with its state and what is left to do, and where new ones are made. */
import type { CaseState } from '@leukoscope/contract';
import { Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { Loading } from '../../components/Loading.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useKey } from '../../components/use-key.ts';
import { usePageTitle } from '../../components/use-page-title.ts';
import { useStore } from '../../components/use-store.ts';
import { api } from '../../state/api.ts';
import type { ChosenFiles } from '../../state/dropped-files.ts';
import { listen } from '../../state/live-events.ts';
import { mayDo, sessionStore } from '../../state/session-store.ts';
import { openWorklist, type WorklistStore } from '../../state/worklist-store.ts';
import { PageDrop } from '../uploads/FilePicker.tsx';
import { UnfinishedUploads } from '../uploads/UnfinishedUploads.tsx';
import { CaseTable } from './CaseTable.tsx';
import { NewCaseDialog } from './NewCaseDialog.tsx';
import { stateFilters } from './state-names.ts';
import styles from './WorklistPage.module.css';

const noFiles: ChosenFiles = { images: [], leftOut: [], folder: undefined };

/** The worklist. What it shows stands in the address, so that a reload shows the same. */
export default function WorklistPage() {
  usePageTitle('Worklist');
  const session = useStore(sessionStore);
  const mayReview = mayDo(session, 'reviewer');
  const [address, setAddress] = useSearchParams();
  const search = address.get('search') ?? '';
  const filter = address.get('state') ?? 'open';
  const [store, setStore] = useState<WorklistStore>();
  const [dropped, setDropped] = useState<ChosenFiles>();
  const searchBox = useRef<HTMLInputElement>(null);
  useKey('/', () => searchBox.current?.focus());
  useKey('n', () => mayReview && setDropped(noFiles));

  const first = useRef({ search, state: parseState(filter) });
  useEffect(() => {
    const opened = openWorklist(first.current, { api, listen });
    setStore(opened);
    return () => opened.close();
  }, []);
  useEffect(() => {
    const known = store?.get().query;
    const state = parseState(filter);
    if (store !== undefined && (known?.search !== search || known.state !== state))
      store.ask({ search, state });
  }, [store, search, filter]);

  const show = (part: { search?: string; state?: string }) => {
    setAddress(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(part)) {
          if (value === '' || (name === 'state' && value === 'open')) next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );
  };
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>Worklist</h1>
        {mayReview && (
          <Button look="primary" onClick={() => setDropped(noFiles)}>
            <Plus size={18} aria-hidden />
            New case
          </Button>
        )}
      </div>
      <search className={styles.tools}>
        <input
          ref={searchBox}
          type="search"
          className={styles.search}
          placeholder="Search by number or patient ( / )"
          aria-label="Search by number or patient reference"
          value={search}
          onChange={(event) => show({ search: event.currentTarget.value })}
        />
        <fieldset className={styles.filter}>
          <legend className="visually-hidden">Show cases that are</legend>
          {stateFilters.map(({ value, name }) => (
            <label key={value}>
              <input
                type="radio"
                name="state"
                value={value}
                checked={filter === value}
                onChange={() => show({ state: value })}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      </search>
      <UnfinishedUploads />
      {store === undefined ? (
        <Loading what="cases" />
      ) : (
        <WorklistBody
          store={store}
          mayReview={mayReview}
          isNarrowed={search !== '' || filter !== 'open'}
          onNew={() => setDropped(noFiles)}
        />
      )}
      {mayReview && dropped === undefined && (
        <PageDrop text="Drop images to make a case" onDrop={setDropped} />
      )}
      {dropped !== undefined && (
        <NewCaseDialog chosen={dropped} onClose={() => setDropped(undefined)} />
      )}
    </div>
  );
}

function WorklistBody(props: {
  readonly store: WorklistStore;
  readonly mayReview: boolean;
  readonly isNarrowed: boolean;
  readonly onNew: () => void;
}) {
  const { store, mayReview, isNarrowed, onNew } = props;
  const { status, fault, items, asides, page, hasNext } = useStore(store);
  if (status === 'loading') return <Loading what="cases" />;
  return (
    <>
      {fault !== null && (
        <Notice kind="bad">
          {fault} <Button onClick={() => void store.refresh()}>Try again</Button>
        </Notice>
      )}
      {status === 'ready' && items.length === 0 && (
        <div className={styles.empty}>
          {isNarrowed ? (
            <p>No case is like this. Search for less, or show cases in another state.</p>
          ) : (
            <>
              <h2>No open case</h2>
              {mayReview ? (
                <>
                  <p>Drop images of a smear, or a folder of them, anywhere on this page.</p>
                  <Button look="primary" onClick={onNew}>
                    New case
                  </Button>
                </>
              ) : (
                <p>Cases appear here as soon as somebody makes one.</p>
              )}
            </>
          )}
        </div>
      )}
      {items.length > 0 && (
        <CaseTable
          cases={items}
          asides={asides}
          mayReview={mayReview}
          onChange={() => void store.refresh()}
        />
      )}
      {(page > 1 || hasNext) && (
        <nav className={styles.pages} aria-label="Pages of the worklist">
          <Button disabled={page === 1} onClick={() => store.previous()}>
            Newer
          </Button>
          <span>Page {page}</span>
          <Button disabled={!hasNext} onClick={() => store.next()}>
            Older
          </Button>
        </nav>
      )}
    </>
  );
}

function parseState(text: string): CaseState | undefined {
  return stateFilters.find(({ value }) => value === text)?.state;
}
