/** @file The frame of every page: where one can go, who one is, light or dark, and what this is not for. */
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useStore } from '../../components/use-store.ts';
import { mayDo, sessionStore } from '../../state/session-store.ts';
import styles from './Shell.module.css';

/** The frame. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const session = useStore(sessionStore);
  const [location] = useLocation();
  const pages = [
    { to: '/', name: 'Worklist', isHere: location === '/' || location.startsWith('/cases/') },
    { to: '/models', name: 'Models', isHere: location === '/models' },
    ...(mayDo(session, 'administrator')
      ? [{ to: '/settings', name: 'Settings', isHere: location === '/settings' }]
      : []),
    ...(session?.mode === 'accounts' && mayDo(session, 'administrator')
      ? [{ to: '/accounts', name: 'Accounts', isHere: location === '/accounts' }]
      : []),
  ];
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.brand}>
          <img src="/icon.svg" alt="" width="26" height="26" />
          <span>Leukoscope</span>
        </Link>
        <nav className={styles.nav} aria-label="Pages">
          {pages.map(({ to, name, isHere }) => (
            <Link key={to} to={to} aria-current={isHere ? 'page' : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <span className={styles.research}>For research use only</span>
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
