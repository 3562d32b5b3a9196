/** @file Says that the server does not answer, and what that means for one's work. */
import { useEffect, useState } from 'react';
import { useStore } from '../../components/use-store.ts';
import { connection, listen } from '../../state/live-events.ts';
import styles from './Shell.module.css';

/** Reloads and short stops of the server must not make the page blink. */
const patienceMs = 1500;

/** A line above the page while changes of others do not arrive. Keeps the stream open on every page. */
export function ConnectionBanner() {
  const state = useStore(connection);
  const [isShown, setShown] = useState(false);
  useEffect(() => listen(() => {}), []);
  useEffect(() => {
    if (state === 'live') setShown(false);
    if (state !== 'broken') return;
    const timer = setTimeout(() => setShown(true), patienceMs);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <div role="status" className={styles.banner} hidden={!isShown}>
      {isShown &&
        'The server does not answer. Your changes are kept in this browser and sent when it is back; changes of others do not arrive until then.'}
    </div>
  );
}
