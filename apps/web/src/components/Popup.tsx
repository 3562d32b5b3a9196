/** @file What a summary opens over the page: Escape, or a press elsewhere, closes it again. */
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';

/** A `<details>` that does not stay open over what lies below it. */
export function Popup(props: {
  readonly summary: ReactNode;
  readonly className: string | undefined;
  readonly children: ReactNode;
}) {
  const { summary, className, children } = props;
  const element = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const closeFromOutside = (event: PointerEvent) => {
      const details = element.current;
      if (details?.open !== true || !(event.target instanceof Node)) return;
      if (!details.contains(event.target)) details.open = false;
    };
    addEventListener('pointerdown', closeFromOutside);
    return () => removeEventListener('pointerdown', closeFromOutside);
  }, []);
  const closeByKey = (event: KeyboardEvent<HTMLDetailsElement>) => {
    if (event.key !== 'Escape' || !event.currentTarget.open) return;
    // The page has uses of its own for the key.
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.open = false;
    event.currentTarget.querySelector('summary')?.focus();
  };
  return (
    <details ref={element} className={className} onKeyDown={closeByKey}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}
