/** @file The frame of what is seen before the application is open. */
import type { ReactNode } from 'react';
import styles from './Doorway.module.css';

/** A card in the middle of the page. */
export function Doorway({ children }: { readonly children: ReactNode }) {
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <h1>
          <img src="/icon.svg" alt="" width="40" height="40" /> Leukoscope
        </h1>
        {children}
        <p className={styles.research}>For research use only, not for diagnosis.</p>
      </div>
    </main>
  );
}
