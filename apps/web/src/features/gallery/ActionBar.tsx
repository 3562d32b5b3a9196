/** @file What can be done now, and with which cells: for fingers, and to learn the keys by. */
import type { Cell } from '@leukoscope/contract';
import { Button } from '../../components/Button.tsx';
import { useStore } from '../../components/use-store.ts';
import { binName } from '../../state/bins.ts';
import { cellCount } from '../../state/review-intent.ts';
import { sessionStore } from '../../state/session-store.ts';
import styles from './ActionBar.module.css';
import { cellWords } from './cell-words.ts';
import { useGalleryStore } from './use-gallery.ts';

/** The bar below the cells. */
export function ActionBar(props: {
  readonly active: Cell | undefined;
  readonly targets: readonly Cell[];
  readonly selectedCount: number;
  /** What the last command left to do; stands in the place of the cell's words. */
  readonly note: string | null;
  readonly canChange: boolean;
  readonly onMove: () => void;
  /** Absent where the cell is shown at the side. */
  readonly onDetails: (() => void) | undefined;
}) {
  const { active, targets, selectedCount, note, canChange, onMove, onDetails } = props;
  const gallery = useGalleryStore();
  const me = useStore(sessionStore)?.user?.id ?? null;
  const guess =
    targets.length === 1 && targets[0]!.bin === 'unidentified' ? targets[0]!.model : null;
  return (
    <div className={styles.bar} role="toolbar" aria-label="Cell actions">
      <span className={styles.what}>{note ?? wordsOf(selectedCount, active, me)}</span>
      <span className={styles.buttons}>
        {selectedCount > 0 && (
          <Button look="quiet" onClick={() => gallery.run({ kind: 'clear' })}>
            Clear <kbd>Esc</kbd>
          </Button>
        )}
        {onDetails !== undefined && active !== undefined && (
          <Button look="quiet" onClick={onDetails}>
            Details
          </Button>
        )}
        {canChange && targets.length > 0 && (
          <>
            <Button look="quiet" onClick={onMove}>
              Move to <kbd>m</kbd>
            </Button>
            <Button look="quiet" onClick={() => gallery.run({ kind: 'confirm' })}>
              {guess === null ? 'Confirm' : `Accept ${binName(guess.cellClass)}`} <kbd>Enter</kbd>
            </Button>
            <Button look="quiet" onClick={() => gallery.run({ kind: 'confirm-screen' })}>
              Confirm screen <kbd>Shift+Enter</kbd>
            </Button>
            <Button look="quiet" onClick={() => gallery.run({ kind: 'next-unsure' })}>
              Next unsure <kbd>n</kbd>
            </Button>
          </>
        )}
      </span>
    </div>
  );
}

function wordsOf(selectedCount: number, active: Cell | undefined, me: string | null): string {
  if (selectedCount > 0) return `${cellCount(selectedCount)} selected`;
  return active === undefined ? 'No cell in focus' : cellWords(active, me);
}
