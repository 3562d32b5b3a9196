/** @file Comments on a case and its cells: read, add, withdraw one's own. The history keeps withdrawn ones. */
import type { Comment } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useCallback, useEffect, useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { Notice } from '../../components/Notice.tsx';
import { PrintedBox } from '../../components/PrintedBox.tsx';
import { useStore } from '../../components/use-store.ts';
import { api } from '../../state/api.ts';
import { sessionStore } from '../../state/session-store.ts';
import { useOpenCase } from '../case/case-context.ts';
import { useCaseAccess } from '../case/case-access.ts';
import styles from './CommentThread.module.css';
import { timeWords } from '../../state/time-words.ts';
import { useComments } from '../case/use-comments.ts';

/** The comments of the open case. */
export function CommentThread() {
  const { case: facts } = useOpenCase();
  const { comments, fault, reload } = useComments();
  const { canChange } = useCaseAccess();
  return (
    <section aria-label="Comments">
      <h2>Comments</h2>
      {fault !== null && (
        <Notice kind="bad">
          {fault} <Button onClick={reload}>Try again</Button>
        </Notice>
      )}
      {comments?.length === 0 && <p className={styles.none}>No comments.</p>}
      {comments !== undefined && comments.length > 0 && (
        <ul className={styles.thread}>
          {comments.map((comment) => (
            <CommentItem key={comment.id} comment={comment} onDone={reload} />
          ))}
        </ul>
      )}
      {canChange && <NewComment caseId={facts.id} onDone={reload} />}
    </section>
  );
}

function CommentItem(props: { readonly comment: Comment; readonly onDone: () => void }) {
  const { comment, onDone } = props;
  const { cells } = useOpenCase();
  const me = useStore(sessionStore)?.user;
  const { canChange } = useCaseAccess();
  const [fault, setFault] = useState<string | null>(null);
  const cell = comment.cellId === null ? undefined : cells.get(comment.cellId);
  const withdraw = async () => {
    try {
      await api.withdrawComment({ params: { id: comment.id } });
      onDone();
    } catch (error) {
      setFault(messageOf(error));
    }
  };
  return (
    <li>
      <div className={styles.by}>
        <strong>{comment.by.name}</strong>
        <time dateTime={comment.at}>{timeWords(comment.at)}</time>
        {canChange && comment.by.id === me?.id && (
          <button type="button" className={styles.withdraw} onClick={() => void withdraw()}>
            Withdraw
          </button>
        )}
      </div>
      <p className={styles.words}>{comment.text}</p>
      {comment.isPrinted && <small>In the report. </small>}
      {comment.cellId !== null &&
        (cell === undefined ? (
          <small>On a cell that is deleted</small>
        ) : (
          <Link to={`/cases/${comment.caseId}/field/${cell.fieldId}?cell=${cell.id}`}>
            Show the cell
          </Link>
        ))}
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
    </li>
  );
}

function NewComment(props: { readonly caseId: string; readonly onDone: () => void }) {
  const { caseId, onDone } = props;
  const [text, setText] = useState('');
  const [isPrinted, setPrinted] = useState(false);
  const [isSending, setSending] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const send = useCallback(async () => {
    if (text.trim() === '') return;
    setSending(true);
    setFault(null);
    try {
      await api.createComment({ params: { id: caseId }, body: { text, isPrinted } });
      setText('');
      setPrinted(false);
      onDone();
    } catch (error) {
      setFault(messageOf(error));
    } finally {
      setSending(false);
    }
  }, [text, isPrinted, caseId, onDone]);
  // A text of some length that is not sent must not be lost by a closed tab.
  useEffect(() => {
    if (text.trim() === '') return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [text]);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {fault !== null && <Notice kind="bad">{fault}</Notice>}
      <textarea
        aria-label="New comment"
        placeholder="Comment on the case"
        rows={2}
        maxLength={4000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send();
        }}
      />
      <PrintedBox isPrinted={isPrinted} onChange={setPrinted} />
      <Button type="submit" disabled={isSending || text.trim() === ''} title="Ctrl+Enter">
        Add comment
      </Button>
    </form>
  );
}
