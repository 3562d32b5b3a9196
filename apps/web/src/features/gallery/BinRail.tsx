/** @file All bins in order, beside the cells: where one is, where one can go, and where cells can be dropped. */
import type { Bin } from '@leukoscope/contract';
import { type KeyboardEvent, memo, useState } from 'react';
import { binColour, binName, binOrder, binShortName } from '../../state/bins.ts';
import type { BinCounts } from './bin-counts.ts';
import { shareText } from './bin-counts.ts';
import styles from './BinRail.module.css';

/** The bins. Empty ones without a key wait under "More types". */
export const BinRail = memo(function BinRail(props: {
  readonly counts: BinCounts;
  readonly keyOfBin: ReadonlyMap<Bin, string>;
  readonly activeBin: Bin | undefined;
  readonly onGo: (bin: Bin) => void;
}) {
  const { counts, keyOfBin, activeBin, onGo } = props;
  const isUsual = (bin: Bin) => counts.countOf(bin) > 0 || keyOfBin.has(bin);
  const rest = binOrder.filter((bin) => !isUsual(bin));
  const usual = binOrder.filter(isUsual);
  // One stop for the Tab key; arrows go on from there.
  const [stop, setStop] = useState<Bin>();
  const stopBin =
    [stop, activeBin].find((bin) => bin !== undefined && usual.includes(bin)) ?? usual[0];
  const line = (bin: Bin) => (
    <BinLine
      key={bin}
      bin={bin}
      count={counts.countOf(bin)}
      share={counts.shareOf(bin)}
      binKey={keyOfBin.get(bin)}
      isActive={bin === activeBin}
      isStop={bin === stopBin || !isUsual(bin)}
      onStop={setStop}
      onGo={onGo}
    />
  );
  return (
    <nav className={styles.rail} aria-label="Bins" onKeyDown={moveFocus}>
      <ul>{usual.map(line)}</ul>
      {rest.length > 0 && (
        <details>
          <summary>{rest.length} more types</summary>
          <ul>{rest.map(line)}</ul>
        </details>
      )}
    </nav>
  );
});

/** Up and down between the bins that are shown, as in a list. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('li > button')].filter(
    (button) => button.offsetParent !== null,
  );
  const here = buttons.indexOf(document.activeElement as HTMLElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (here < 0 || step === undefined) return;
  event.preventDefault();
  buttons[(here + step + buttons.length) % buttons.length]?.focus();
}

function BinLine(props: {
  readonly bin: Bin;
  readonly count: number;
  readonly share: number | undefined;
  readonly binKey: string | undefined;
  readonly isActive: boolean;
  readonly isStop: boolean;
  readonly onStop: (bin: Bin) => void;
  readonly onGo: (bin: Bin) => void;
}) {
  const { bin, count, share, binKey, isActive, isStop, onStop, onGo } = props;
  return (
    <li data-bin={bin} className={styles.bin} data-empty={count === 0 || undefined}>
      <button
        type="button"
        tabIndex={isStop ? 0 : -1}
        onFocus={() => onStop(bin)}
        aria-current={isActive || undefined}
        aria-disabled={count === 0 || undefined}
        onClick={() => count > 0 && onGo(bin)}
        title={count === 0 ? `${binName(bin)}: empty. Drop cells here.` : binName(bin)}
      >
        <span className={styles.swatch} style={{ background: binColour(bin) }} />
        <span className={styles.name}>{binShortName(bin)}</span>
        {binKey !== undefined && <kbd>{binKey}</kbd>}
        <span className={styles.count}>{count}</span>
        <span className={styles.share}>
          {share === undefined || count === 0 ? '' : shareText(share)}
        </span>
      </button>
    </li>
  );
}
