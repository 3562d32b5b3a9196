/** @file One key that does something while a component is there. */
import { useEffect, useRef } from 'react';

/** Act on a key that is pressed alone, outside of text fields and dialogs. */
export function useKey(key: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.defaultPrevented || isTyping(event.target) || isDialogOpen()) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, [key]);
}

/** Tell whether a key goes into a text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('textarea, select, input:not([type="checkbox"])'))
  );
}

function isDialogOpen(): boolean {
  return document.querySelector('dialog[open]') !== null;
}
