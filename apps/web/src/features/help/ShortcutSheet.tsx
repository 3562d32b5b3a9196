/** @file Every keyboard shortcut, with the site's own keys of cell classes. */
import type { Site } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { useEffect, useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { Notice } from '../../components/Notice.tsx';
import { api } from '../../state/api.ts';
import { binName } from '../../state/bins.ts';
import { type Shortcut, type ShortcutPlace, shortcuts } from '../../state/shortcuts.ts';
import styles from './ShortcutSheet.module.css';

const placeNames: Readonly<Record<ShortcutPlace, string>> = {
  everywhere: 'Everywhere',
  worklist: 'Worklist',
  gallery: 'Gallery',
  fields: 'Fields',
  report: 'Report',
  audit: 'Label audit',
};

/** The sheet. */
export function ShortcutSheet({ onClose }: { readonly onClose: () => void }) {
  const [site, setSite] = useState<Site>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    api.getSite().then(setSite, (error) => setFault(messageOf(error)));
  }, []);
  const places = Map.groupBy(shortcuts, (shortcut) => shortcut.where);
  const classKeys = (site?.classes ?? []).flatMap(({ key, cellClass }): Shortcut[] =>
    key === null ? [] : [{ keys: [key], what: binName(cellClass), where: 'gallery' }],
  );
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} width={860}>
      <div className={styles.columns}>
        {[...places].map(([place, lines]) => (
          <ShortcutTable key={place} name={placeNames[place]} lines={lines} />
        ))}
        {classKeys.length > 0 && (
          <ShortcutTable name="Cell classes (set by the site)" lines={classKeys} />
        )}
      </div>
      {fault !== undefined && <Notice kind="bad">{fault}</Notice>}
    </Dialog>
  );
}

function ShortcutTable(props: { readonly name: string; readonly lines: readonly Shortcut[] }) {
  const { name, lines } = props;
  return (
    <table className={styles.table}>
      <caption>{name}</caption>
      <tbody>
        {lines.map(({ keys, what }) => (
          <tr key={keys.join() + what}>
            <th scope="row">
              {keys.map((key, i) => (
                <span key={key}>
                  {i > 0 && ' or '}
                  <Keys text={key} />
                </span>
              ))}
            </th>
            <td>{what}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `Ctrl+Z` as two keys, `+` as one. */
function Keys({ text }: { readonly text: string }) {
  const parts = text.length === 1 ? [text] : text.split('+');
  return parts.map((part, i) => (
    <span key={part}>
      {i > 0 && '+'}
      <kbd>{part}</kbd>
    </span>
  ));
}
