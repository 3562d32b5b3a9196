/**
 * @file The tour: a small panel beside the page, which stays usable. Focus goes to the panel when one
 * steps on, never by itself; Escape leaves the tour, unless something else that is open takes it.
 */
import { useEffect, useId, useRef } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../../components/Button.tsx';
import { useKey } from '../../components/use-key.ts';
import { useStore } from '../../components/use-store.ts';
import { tourSteps } from '../../state/tour.ts';
import { beginTour, tour } from './page-tour.ts';
import styles from './TourPanel.module.css';

/** The tour; nothing while it is not on. */
export function TourPanel() {
  const { step, caseId } = useStore(tour);
  const [location, go] = useLocation();
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  const titleId = useId();
  const current = step === undefined ? undefined : tourSteps[step];

  const first = useRef(location);
  useEffect(() => {
    // Once, and only where it would begin anyway: who opened a case's address wants that case.
    if (!tour.isDone() && first.current === '/') void beginTour().catch(() => {});
  }, []);
  useEffect(() => {
    if (current === undefined) {
      isFirst.current = true;
      return;
    }
    go(current.view === null ? '/' : `/cases/${caseId}${current.view}`);
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
    return mark(current.subject);
  }, [current, caseId, go]);

  useKey('Escape', () => tour.end());

  if (current === undefined || step === undefined) return null;
  const isLast = step === tourSteps.length - 1;
  return (
    <section className={styles.panel} aria-labelledby={titleId}>
      <p className={styles.count}>
        Tour, step {step + 1} of {tourSteps.length}
      </p>
      <h2 id={titleId} ref={heading} tabIndex={-1}>
        {current.title}
      </h2>
      <p>{current.text}</p>
      <div className={styles.actions}>
        <Button look="quiet" onClick={() => tour.end()}>
          Skip the tour
        </Button>
        {/* Each button keeps its place: who steps on need not move the pointer. */}
        <Button disabled={step === 0} onClick={() => tour.go(step - 1)}>
          Back
        </Button>
        <Button look="primary" onClick={() => (isLast ? tour.end() : tour.go(step + 1))}>
          {isLast ? 'Done' : 'Next'}
        </Button>
      </div>
    </section>
  );
}

/** Frame what the step speaks of, as soon as it is there; returns how to stop. */
function mark(selector: string): () => void {
  let marked: Element | null = null;
  const look = () => {
    const found = document.querySelector(selector);
    if (found === marked) return;
    marked?.removeAttribute('data-tour-here');
    found?.setAttribute('data-tour-here', '');
    marked = found;
  };
  look();
  // Pages come in later and are drawn again: look anew, calmly.
  const timer = setInterval(look, 300);
  return () => {
    clearInterval(timer);
    marked?.removeAttribute('data-tour-here');
  };
}
