/**
 * @file Light, dark, or as the system says; remembered in this browser. public/theme.js applies the
 * remembered choice before the first paint.
 */
import { createStore, type Store } from './create-store.ts';

/** What a person may choose. */
export const themes = ['system', 'light', 'dark'] as const;

/** What a person may choose. */
export type Theme = (typeof themes)[number];

const storageKey = 'leukoscope.theme';

/** The choice of this browser. */
export const theme: Store<Theme> = createStore<Theme>(readTheme());

/** Choose, apply and remember. */
export function chooseTheme(next: Theme): void {
  if (next === 'system') {
    localStorage.removeItem(storageKey);
    delete document.documentElement.dataset['theme'];
  } else {
    localStorage.setItem(storageKey, next);
    document.documentElement.dataset['theme'] = next;
  }
  theme.set(next);
}

function readTheme(): Theme {
  const kept = globalThis.localStorage?.getItem(storageKey);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}
