/** @file The files on their way, on every page: how far each is, and what can be done about it. */
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { Progress } from '../../components/Progress.tsx';
import { useStore } from '../../components/use-store.ts';
import { uploads } from '../../state/page-uploads.ts';
import { summaryOf, type UploadItem } from '../../state/upload-store.ts';
import { bytesText } from './bytes-text.ts';
import styles from './UploadDock.module.css';

/** When everything has arrived the list goes by itself: the case shows its fields. */
const doneMs = 8000;

/** The files on their way; nothing while there are none. */
export function UploadDock() {
  const items = useStore(uploads);
  const [isOpen, setOpen] = useState(() => matchMedia('(min-width: 720px)').matches);
  const summary = summaryOf(items);
  useEffect(() => {
    if (!summary.isRunning) return;
    // Nothing would be lost, but the files must be chosen again: ask first.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [summary.isRunning]);
  const isDone = summary.files > 0 && summary.done === summary.files;
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => uploads.clear(), doneMs);
    return () => clearTimeout(timer);
  }, [isDone]);
  if (items.length === 0) return null;
  const canResume = items.some((item) => item.state === 'paused' || item.state === 'broken');
  const isOver = items.every((item) => item.state === 'done' || item.state === 'refused');
  return (
    <section className={styles.dock} aria-label="Uploads">
      <header>
        <Button
          look="quiet"
          onClick={() => setOpen(!isOpen)}
          aria-expanded={isOpen}
          aria-label={isOpen ? 'Hide the files' : 'Show the files'}
        >
          {isOpen ? <ChevronDown size={18} aria-hidden /> : <ChevronUp size={18} aria-hidden />}
        </Button>
        <p role="status">{summaryText(summary)}</p>
        {summary.isRunning && (
          <Button look="quiet" onClick={() => uploads.pause()}>
            Pause all
          </Button>
        )}
        {canResume && (
          <Button look="quiet" onClick={() => uploads.resume()}>
            Go on
          </Button>
        )}
        {isOver && (
          <Button look="quiet" onClick={() => uploads.clear()}>
            Close
          </Button>
        )}
      </header>
      {summary.isRunning && <Progress value={summary.share} label="All uploads" />}
      {isOpen && (
        <ul>
          {items.map((item) => (
            <UploadLine key={item.key} item={item} />
          ))}
        </ul>
      )}
    </section>
  );
}

function UploadLine({ item }: { readonly item: UploadItem }) {
  const { key, fileName, caseId, caseNumber, sizeBytes, sentBytes, state, message } = item;
  return (
    <li data-state={state}>
      <div className={styles.what}>
        <span className={styles.name} title={fileName}>
          {fileName}
        </span>
        <Link to={`/cases/${caseId}`}>{caseNumber}</Link>
        <span className={styles.soft}>{stateText(item)}</span>
      </div>
      {state !== 'done' && state !== 'refused' && (
        <Progress value={sentBytes / Math.max(1, sizeBytes)} label={`Upload of ${fileName}`} />
      )}
      {message !== null && <p className={styles.fault}>{message}</p>}
      <div className={styles.actions}>
        {(state === 'waiting' || state === 'sending') && (
          <Button look="quiet" onClick={() => uploads.pause(key)} aria-label={`Pause ${fileName}`}>
            Pause
          </Button>
        )}
        {state === 'paused' && (
          <Button
            look="quiet"
            onClick={() => uploads.resume(key)}
            aria-label={`Go on with ${fileName}`}
          >
            Go on
          </Button>
        )}
        {(state === 'broken' || (state === 'refused' && sizeBytes > 0)) && (
          <Button look="quiet" onClick={() => uploads.resume(key)} aria-label={`Retry ${fileName}`}>
            Retry
          </Button>
        )}
        {state !== 'done' && (
          <Button
            look="quiet"
            onClick={() => void uploads.cancel(key)}
            aria-label={`Leave out ${fileName}`}
          >
            Leave out
          </Button>
        )}
      </div>
    </li>
  );
}

function stateText({ state, sizeBytes, sentBytes, resumedAt }: UploadItem): string {
  const size = bytesText(sizeBytes);
  const from = resumedAt > 0 ? `, went on at ${bytesText(resumedAt)}` : '';
  switch (state) {
    case 'waiting':
      return `${size}, waiting`;
    case 'sending':
      return `${bytesText(sentBytes)} of ${size}${from}`;
    case 'paused':
      return `paused at ${bytesText(sentBytes)} of ${size}`;
    case 'done':
      return `${size}, stored${from}`;
    case 'refused':
      return `${size}, refused`;
    case 'broken':
      return `stopped at ${bytesText(sentBytes)} of ${size}`;
  }
}

function summaryText({ files, done, failed, isRunning }: ReturnType<typeof summaryOf>): string {
  const ofFiles = `${done} of ${files} file${files === 1 ? '' : 's'} stored`;
  const faults = failed === 0 ? '' : `, ${failed} not taken`;
  return isRunning ? `Uploading: ${ofFiles}${faults}` : `Uploads: ${ofFiles}${faults}`;
}
