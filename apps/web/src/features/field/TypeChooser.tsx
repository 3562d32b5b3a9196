/** @file Every type a cell can have, with the site's keys: for a new cell and for selected ones. */
import type { Bin } from '@leukoscope/contract';
import { useId } from 'react';
import { binColour, binName, binOrder } from '../../state/bins.ts';
import styles from './TypeChooser.module.css';

/** Buttons for the types with a key, and a list of the others. */
export function TypeChooser(props: {
  /** The site's keys of bins. */
  readonly binOfKey: ReadonlyMap<string, Bin>;
  readonly current: Bin | null;
  readonly onChoose: (bin: Bin) => void;
}) {
  const { binOfKey, current, onChoose } = props;
  const id = useId();
  const keys = new Map([...binOfKey].map(([key, bin]) => [bin, key]));
  const isShort = (bin: Bin) => keys.has(bin) || bin === 'unidentified' || bin === 'not-classed';
  return (
    <div className={styles.chooser}>
      <ul className={styles.types} aria-label="Types">
        {binOrder.filter(isShort).map((bin) => (
          <li key={bin}>
            <button
              type="button"
              className={styles.type}
              aria-pressed={bin === current}
              aria-keyshortcuts={keys.get(bin)}
              onClick={() => onChoose(bin)}
            >
              <span className={styles.swatch} style={{ background: binColour(bin) }} aria-hidden />
              <span className={styles.name}>{binName(bin)}</span>
              {keys.has(bin) && <kbd aria-hidden>{keys.get(bin)}</kbd>}
            </button>
          </li>
        ))}
      </ul>
      <label className={styles.others} htmlFor={id}>
        Other types
        <select
          id={id}
          value=""
          onChange={(event) => {
            const bin = binOrder.find((other) => other === event.target.value);
            if (bin !== undefined) onChoose(bin);
          }}
        >
          <option value="">Choose ...</option>
          {binOrder
            .filter((bin) => !isShort(bin))
            .map((bin) => (
              <option key={bin} value={bin}>
                {binName(bin)}
              </option>
            ))}
        </select>
      </label>
    </div>
  );
}
