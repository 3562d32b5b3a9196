/** @file The comments on one cell, and a new one. */
import { messageOf } from '@leukoscope/core';
import { useState } from 'react';
import { Button } from '../../components/Button.tsx';
import { PrintedBox } from '../../components/PrintedBox.tsx';
import { api } from '../../state/api.ts';
import { useCaseStore } from '../case/case-context.ts';
import { useCaseAccess } from '../case/case-access.ts';
import type { LoadedComments } from '../case/use-comments.ts';
import styles from './CellPanel.module.css';

/** The comments on a cell. */
export function CellComments(props: { readonly cellId: string; readonly loaded: LoadedComments }) {
  const { cellId, loaded } = props;
  const { caseId } = useCaseStore();
  const { comments = [], fault: loadFault, reload } = loaded;
  const { canChange } = useCaseAccess();
  const [text, setText] = useState('');
  const [isPrinted, setPrinted] = useState(false);
  const [isSending, setSending] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const own = comments.filter((comment) => comment.cellId === cellId);
  const send = async () => {
    setSending(true);
    try {
      await api.createComment({ params: { id: caseId }, body: { text, cellId, isPrinted } });
      setText('');
      setPrinted(false);
      setFault(null);
      reload();
    } catch (error) {
      setFault(messageOf(error));
    } finally {
      setSending(false);
    }
  };
  const shownFault =
    fault !== null
      ? `The comment was not saved: ${fault}`
      : loadFault !== null && `Comments could not be loaded: ${loadFault}`;
  return (
    <div className={styles.comments}>
      {own.length > 0 && (
        <ul>
          {own.map((comment) => (
            <li key={comment.id}>
              <strong>{comment.by.name}</strong>: {comment.text}
              {comment.isPrinted && <small> (in the report)</small>}
            </li>
          ))}
        </ul>
      )}
      {shownFault !== false && <p role="alert">{shownFault}</p>}
      {canChange && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== '') void send();
          }}
        >
          <input
            aria-label="New comment on this cell"
            placeholder="Comment on this cell"
            maxLength={4000}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <PrintedBox isPrinted={isPrinted} onChange={setPrinted} />
          <Button type="submit" disabled={isSending || text.trim() === ''}>
            Add
          </Button>
        </form>
      )}
    </div>
  );
}
