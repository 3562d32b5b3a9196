/** @file What a reader must not miss: immature and abnormal cells, too few cells, flags of the fields. */
import type { Flag } from '@leukoscope/contract';
import { Info, TriangleAlert } from 'lucide-react';
import styles from './CaseFlags.module.css';

/** Flags, warnings first; each says in words which it is. */
export function CaseFlags({ flags }: { readonly flags: readonly Flag[] }) {
  if (flags.length === 0) return <p className={styles.none}>No flags.</p>;
  const sorted = [...flags].sort((a, b) => rank(a) - rank(b));
  return (
    <ul className={styles.flags}>
      {sorted.map((flag) => (
        <li key={`${flag.code} ${flag.message}`} data-severity={flag.severity}>
          {flag.severity === 'warning' ? (
            <TriangleAlert size={16} aria-label="Warning" role="img" />
          ) : (
            <Info size={16} aria-label="Note" role="img" />
          )}
          <span>{flag.message}</span>
        </li>
      ))}
    </ul>
  );
}

function rank(flag: Flag): number {
  return flag.severity === 'warning' ? 0 : 1;
}
