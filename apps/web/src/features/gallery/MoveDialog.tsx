/** @file Where to move cells: for fingers, screen readers and the context menu. The bins' keys work in it. */
import type { Bin } from '@leukoscope/contract';
import { useEffect } from 'react';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { binColour, binName, binOrder } from '../../state/bins.ts';
import { cellCount } from '../../state/review-intent.ts';
import styles from './MoveDialog.module.css';

/** The list of bins. */
export function MoveDialog(props: {
  readonly count: number;
  readonly here: Bin | undefined;
  readonly keyOfBin: ReadonlyMap<Bin, string>;
  readonly onMove: (bin: Bin) => void;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}) {
  const { count, here, keyOfBin, onMove, onDelete, onClose } = props;
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const bin = binOrder.find((each) => keyOfBin.get(each) === event.key.toLowerCase());
      if (bin === undefined) return;
      event.preventDefault();
      onMove(bin);
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, [keyOfBin, onMove]);
  const usual = binOrder.filter((bin) => keyOfBin.has(bin));
  const rest = binOrder.filter((bin) => !keyOfBin.has(bin));
  const list = (bins: readonly Bin[]) => (
    <ul className={styles.bins}>
      {bins.map((bin) => (
        <li key={bin}>
          <button
            type="button"
            onClick={() => onMove(bin)}
            aria-current={bin === here || undefined}
          >
            <span className={styles.swatch} style={{ background: binColour(bin) }} />
            <span>{binName(bin)}</span>
            {keyOfBin.has(bin) && <kbd>{keyOfBin.get(bin)}</kbd>}
          </button>
        </li>
      ))}
    </ul>
  );
  return (
    <Dialog title={`Move ${cellCount(count)} to`} onClose={onClose} width={620}>
      {list(usual)}
      {rest.length > 0 && (
        <details className={styles.rest}>
          <summary>{rest.length} more types</summary>
          {list(rest)}
        </details>
      )}
      <Button look="danger" onClick={onDelete}>
        Delete {cellCount(count)}
      </Button>
    </Dialog>
  );
}
