/** @file The frame of every page: where one can go, who one is, light or dark, and what this is not for. */
import { type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Dialog } from '../../components/Dialog.tsx';
import { useKey } from '../../components/use-key.ts';
import { useStore } from '../../components/use-store.ts';
import { mayDo, sessionStore } from '../../state/session-store.ts';
import { ShortcutSheet } from '../help/ShortcutSheet.tsx';
import { TourPanel } from '../help/TourPanel.tsx';
import { PasswordDialog } from '../session/PasswordDialog.tsx';
import { SecondFactors } from '../session/SecondFactors.tsx';
import { SessionList } from '../../components/SessionList.tsx';
import { UploadDock } from '../uploads/UploadDock.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { HelpMenu } from './HelpMenu.tsx';
import styles from './Shell.module.css';

/** The frame. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const session = useStore(sessionStore);
  const [location] = useLocation();
  const [open, setOpen] = useState<'shortcuts' | 'password' | 'second-factor' | 'sessions'>();
  useKey('?', () => setOpen('shortcuts'));
  const isAdministrator = mayDo(session, 'administrator');
  const pages = [
    { to: '/', name: 'Worklist', isHere: location === '/' || location.startsWith('/cases/') },
    { to: '/models', name: 'Models', isHere: location === '/models' },
    { to: '/agreement', name: 'Agreement', isHere: location === '/agreement' },
    ...(isAdministrator
      ? [{ to: '/settings', name: 'Settings', isHere: location === '/settings' }]
      : []),
    ...(session?.mode === 'accounts' && isAdministrator
      ? [{ to: '/accounts', name: 'Accounts', isHere: location === '/accounts' }]
      : []),
  ];
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.brand} aria-label="Leukoscope, worklist">
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
        <p className={styles.research}>For research use only</p>
        <div className={styles.menus}>
          <HelpMenu onShortcuts={() => setOpen('shortcuts')} />
          <AccountMenu
            onPassword={() => setOpen('password')}
            onSecondFactor={() => setOpen('second-factor')}
            onSessions={() => setOpen('sessions')}
          />
        </div>
      </header>
      <TourPanel />
      <ConnectionBanner />
      <main id="main" className={styles.main} tabIndex={-1}>
        {children}
      </main>
      <UploadDock />
      {open === 'shortcuts' && <ShortcutSheet onClose={() => setOpen(undefined)} />}
      {open === 'password' && <PasswordDialog onClose={() => setOpen(undefined)} />}
      {open === 'second-factor' && (
        <Dialog title="Second factor" onClose={() => setOpen(undefined)} width={640}>
          <SecondFactors />
        </Dialog>
      )}
      {open === 'sessions' && (
        <Dialog title="Your sessions" onClose={() => setOpen(undefined)} width={640}>
          <SessionList of="own" />
        </Dialog>
      )}
    </div>
  );
}
