/**
 * @file Key strokes of the gallery -> what they do. The site's keys of cell classes win over all others.
 */
import type { Bin, Site } from '@leukoscope/contract';

/** What a key does. */
export type GalleryCommand =
  | { readonly kind: 'move'; readonly bin: Bin }
  /** Mark the cell (or the selected ones) as seen and go on; an unidentified one takes the model's answer. */
  | { readonly kind: 'confirm' }
  /** Mark everything on the screen as seen and go on. */
  | { readonly kind: 'confirm-screen' }
  /** Mark everything in the bin that was on the screen as seen and go on. */
  | { readonly kind: 'confirm-bin' }
  /** Go to the nth unseen cell after this one. */
  | { readonly kind: 'jump'; readonly steps: number }
  | { readonly kind: 'next-unsure' }
  | {
      readonly kind: 'step';
      readonly to: 'left' | 'right' | 'up' | 'down' | 'first' | 'last';
      readonly selects: boolean;
    }
  | {
      readonly kind: 'select-bin' | 'toggle' | 'clear' | 'delete' | 'undo' | 'redo' | 'open-moves';
    };

/** A key stroke, as the browser's event has it. */
export interface KeyStroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Keys of the two bins that are no classes, unless the site uses them. */
const binKeys: readonly (readonly [string, Bin])[] = [
  ['u', 'unidentified'],
  ['o', 'not-classed'],
];

/** The bin of each key: the site's classes first. */
export function keysOfBins(site: Pick<Site, 'classes'> | undefined): ReadonlyMap<string, Bin> {
  const keys = new Map<string, Bin>();
  for (const { key, cellClass } of site?.classes ?? []) {
    if (key !== null && !keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), cellClass);
  }
  for (const [key, bin] of binKeys) if (!keys.has(key)) keys.set(key, bin);
  return keys;
}

const steps: Readonly<Record<string, 'left' | 'right' | 'up' | 'down' | 'first' | 'last'>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

/** Return what a key stroke does in the gallery; undefined: nothing. */
export function commandOf(
  stroke: KeyStroke,
  binOfKey: ReadonlyMap<string, Bin>,
): GalleryCommand | undefined {
  const { key, shiftKey, altKey } = stroke;
  const isControl = stroke.ctrlKey || stroke.metaKey;
  if (altKey) return undefined;
  const letter = key.toLowerCase();
  if (isControl) {
    if (letter === 'z') return { kind: shiftKey ? 'redo' : 'undo' };
    if (letter === 'y' && !shiftKey) return { kind: 'redo' };
    if (letter === 'a' && !shiftKey) return { kind: 'select-bin' };
    if (key === 'Enter') return { kind: 'confirm-bin' };
    if (key === ' ') return { kind: 'toggle' };
    return undefined;
  }
  const bin = shiftKey ? undefined : binOfKey.get(letter);
  if (bin !== undefined) return { kind: 'move', bin };
  const step = steps[key];
  if (step !== undefined) return { kind: 'step', to: step, selects: shiftKey };
  if (key === 'Enter' || key === ' ') return { kind: shiftKey ? 'confirm-screen' : 'confirm' };
  if (shiftKey) return undefined;
  if (/^[1-9]$/.test(key)) return { kind: 'jump', steps: Number(key) };
  switch (key) {
    case 'n':
      return { kind: 'next-unsure' };
    case 'm':
      return { kind: 'open-moves' };
    case 'Delete':
    case 'Backspace':
      return { kind: 'delete' };
    case 'Escape':
      return { kind: 'clear' };
    default:
      return undefined;
  }
}
