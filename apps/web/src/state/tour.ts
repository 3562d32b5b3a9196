/**
 * @file The tour of the first run: a few steps over the demonstration case. It begins by itself once in
 * a browser, and again when asked; leaving it is remembered.
 */
import type { UploadStorage } from './upload-memory.ts';
import { createStore, type Store } from './create-store.ts';

/** One step. */
export interface TourStep {
  readonly title: string;
  readonly text: string;
  /** Page of the step, below the address of the demonstration case; null: the worklist. */
  readonly view: string | null;
  /** What the step speaks of, as a CSS selector. */
  readonly subject: string;
}

/** What is shown. */
export interface TourState {
  /** 0, 1, 2, ...; undefined: the tour is not shown. */
  readonly step: number | undefined;
  readonly caseId: string | undefined;
}

/** The tour. */
export interface Tour extends Pick<Store<TourState>, 'get' | 'subscribe'> {
  /** Whether it has been seen or left in this browser. */
  isDone(): boolean;
  begin(caseId: string): void;
  go(step: number): void;
  /** Leave it, now and for the next start. */
  end(): void;
}

/** The number of the demonstration case, as the server makes it. */
export const demoCaseNumber = 'DEMO-0001';

/** The steps in their order. */
export const tourSteps: readonly TourStep[] = [
  {
    title: 'A demonstration case',
    text: 'The worklist shows every case and what is left to do in it. This one is drawn by a program, so nothing can go wrong: change whatever you like.',
    view: null,
    subject: 'main h1',
  },
  {
    title: 'The gallery',
    text: 'The model has found cells and put them into bins by type. What it is not sure of lies in Unidentified and must be decided; Not classed is left out of the count.',
    view: '',
    subject: 'nav[aria-label="Views of the case"] a[aria-current="page"]',
  },
  {
    title: 'Correct with one key',
    text: 'Point at a cell, or go to it with the arrow keys, and press the key of its type: S lymphocyte, F monocyte, Q segmented neutrophil. Or drag it to its bin. Enter confirms a cell, Shift+Enter the whole screen, Ctrl+Z takes back. Everything is saved at once.',
    view: '',
    subject: 'main',
  },
  {
    title: 'The field',
    text: 'Here the cells lie where they were found. Cells that the model missed are added, outlines redrawn, distances measured. H hides the outlines.',
    view: '/field',
    subject: 'nav[aria-label="Views of the case"] a[href$="/field"]',
  },
  {
    title: 'The differential',
    text: 'Counts and shares with their exact 95 % limits: they say how far chance alone may move a share at this number of cells.',
    view: '/differential',
    subject: 'nav[aria-label="Views of the case"] a[href$="/differential"]',
  },
  {
    title: 'Signing and the report',
    text: 'A case can be signed when no cell is unidentified or unseen. The report, CSV, COCO, FHIR and HL7 are made from the signed version, which never changes again.',
    view: '/report',
    subject: 'nav[aria-label="Views of the case"] a[href$="/report"]',
  },
  {
    title: 'Help is there',
    text: 'Press ? for all keys. What the marks mean stands under Help. Leukoscope is for research use only, not for diagnosis.',
    view: '/report',
    subject: 'button[aria-label="Help"]',
  },
];

const storageKey = 'leukoscope.tour';

/** Make the tour. */
export function createTour(storage: UploadStorage): Tour {
  const state = createStore<TourState>({ step: undefined, caseId: undefined });
  return {
    get: state.get,
    subscribe: state.subscribe,
    isDone: () => storage.getItem(storageKey) === 'done',
    begin: (caseId) => state.set({ step: 0, caseId }),
    go(step) {
      if (step >= 0 && step < tourSteps.length) state.patch({ step });
    },
    end() {
      storage.setItem(storageKey, 'done');
      state.set({ step: undefined, caseId: undefined });
    },
  };
}
