/** @file The conclusion of a case: written here, saved by itself, with the site's templates to insert. */
import { useRef } from 'react';
import { Button } from '../../components/Button.tsx';
import { Menu } from '../../components/Menu.tsx';
import { Notice } from '../../components/Notice.tsx';
import { useStore } from '../../components/use-store.ts';
import { useCaseAccess } from '../case/case-access.ts';
import styles from './ConclusionEditor.module.css';
import { type SaveState, saveStateOf } from './conclusion-draft.ts';
import { useConclusion } from './conclusion-of-case.ts';
import { insertText } from './insert-text.ts';
import { useSite } from '../../components/use-site.ts';

/** What the contract takes. */
const mostCharacters = 10_000;

const stateWords: Readonly<Record<SaveState, string>> = {
  saved: 'Saved',
  waiting: 'Not saved yet',
  saving: 'Saving ...',
  conflict: 'Waits for your choice',
  failed: 'Not saved',
};

/** The text of the report's conclusion. */
export function ConclusionEditor() {
  const saver = useConclusion();
  const draft = useStore(saver);
  const { canChange } = useCaseAccess();
  const area = useRef<HTMLTextAreaElement>(null);
  const state = saveStateOf(draft);
  const insert = (piece: string) => {
    const place = area.current?.selectionEnd ?? draft.text.length;
    const { text, cursor } = insertText(draft.text, place, piece);
    saver.type(text.slice(0, mostCharacters));
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(cursor, cursor);
    });
  };
  return (
    <section aria-label="Conclusion">
      <div className={styles.head}>
        <h2>Conclusion</h2>
        {(canChange || state !== 'saved') && (
          <span className={styles.state} data-state={state} role="status">
            {stateWords[state]}
          </span>
        )}
        {canChange && (
          <div className={styles.templates}>
            <Templates onInsert={insert} />
          </div>
        )}
      </div>
      {draft.fault !== null && <Notice kind="bad">{draft.fault} Your text is kept here.</Notice>}
      {draft.theirs !== null && (
        <Notice kind="warn">
          <p className={styles.theirs}>Somebody else changed the same words. Their text:</p>
          <blockquote className={styles.quote}>{draft.theirs.text || '(empty)'}</blockquote>
          <div className={styles.choices}>
            <Button onClick={() => saver.resolve('mine')}>Keep mine</Button>
            <Button onClick={() => saver.resolve('theirs')}>Take theirs</Button>
            <Button onClick={() => saver.resolve('both')}>Both, theirs first</Button>
          </div>
        </Notice>
      )}
      <textarea
        ref={area}
        className={styles.text}
        aria-label="Conclusion of the report"
        placeholder={canChange ? 'Text of the report' : 'No conclusion'}
        rows={4}
        maxLength={mostCharacters}
        value={draft.text}
        readOnly={!canChange}
        onChange={(event) => saver.type(event.target.value)}
        onBlur={() => void saver.flush()}
      />
    </section>
  );
}

function Templates({ onInsert }: { readonly onInsert: (text: string) => void }) {
  const { site } = useSite();
  if (site === undefined || site.commentTemplates.length === 0) return null;
  const actions = site.commentTemplates.map(({ title, text }) => ({
    name: title,
    onChoose: () => onInsert(text),
  }));
  return (
    <Menu label="Insert a template" actions={actions}>
      Insert ...
    </Menu>
  );
}
