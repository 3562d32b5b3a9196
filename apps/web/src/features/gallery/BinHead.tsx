/** @file The head of a bin in the gallery: name, key, count, share, and what can be done with all of it. */
import { CheckCheck, SquareDashedMousePointer } from 'lucide-react';
import { Button } from '../../components/Button.tsx';
import { binColour, binName } from '../../state/bins.ts';
import type { CellGroup } from '../../state/gallery-cells.ts';
import type { GalleryStore } from '../../state/gallery-store.ts';
import styles from './GalleryGrid.module.css';
import { shareText } from './bin-counts.ts';

/** The head of a bin. */
export function BinHead(props: {
  readonly group: CellGroup;
  readonly share: number | undefined;
  readonly binKey: string | undefined;
  readonly gallery: GalleryStore;
  readonly canChange: boolean;
}) {
  const { group, share, binKey, gallery, canChange } = props;
  const { bin, cells, all, unseen } = group;
  const looked = gallery.confirmable(cells);
  const name = bin === null ? 'All types' : binName(bin);
  const isConfirmable = canChange && looked.length > 0 && bin !== 'unidentified';
  const select = () => {
    gallery.point(cells[0]!.id, 'keyboard');
    gallery.run({ kind: 'select-bin' });
  };
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: its buttons have the focus.
    // biome-ignore lint/a11y/useSemanticElements: tiles lie in lines of flexible width, which a table has not.
    <div role="rowheader" className={styles.head} data-bin={bin ?? undefined}>
      {bin !== null && <span className={styles.swatch} style={{ background: binColour(bin) }} />}
      <h2>{name}</h2>
      {binKey !== undefined && <kbd title={`Key ${binKey} moves a cell here`}>{binKey}</kbd>}
      <span className={styles.count}>
        {cells.length === all ? all : `${cells.length} of ${all}`}
        {share !== undefined && ` · ${shareText(share)}`}
      </span>
      {unseen > 0 && <span className={styles.unseen}>{unseen} not seen</span>}
      {canChange && (
        <span className={styles.headActions}>
          <Button
            look="quiet"
            onClick={select}
            aria-label={`Select all of ${name}`}
            title="Select all (Ctrl+A)"
          >
            <SquareDashedMousePointer size={16} aria-hidden />
          </Button>
          {isConfirmable && (
            <Button
              look="quiet"
              onClick={() => gallery.confirmThese(looked)}
              title="Mark as seen what was on the screen of this bin (Ctrl+Enter)"
            >
              <CheckCheck size={16} aria-hidden />
              <span>
                Confirm {looked.length}
                <span className="visually-hidden"> of {name}</span>
              </span>
            </Button>
          )}
        </span>
      )}
    </div>
  );
}
