/** @file While the gallery rests, pictures of the cells below the screen are fetched: the next screens are there at once. */
import { type SyntheticEvent, useEffect } from 'react';
import { createPicturesAhead, loadPicture } from '../../state/pictures-ahead.ts';
import { sessionStore } from '../../state/session-store.ts';

/** Milliseconds without scrolling or corrections. */
const restMs = 250;
const pictures = createPicturesAhead(loadPicture);
// They are patients': nothing of them outlives the session.
sessionStore.subscribe(() => {
  if (sessionStore.get()?.user === null) pictures.forget();
});

/** Fetch ahead what `next` lists. To be called in every drawing: each one, also by scrolling, puts it off. */
export function usePicturesAhead(next: () => readonly string[]): void {
  useEffect(() => {
    const timer = setTimeout(() => pictures.want(next()), restMs);
    return () => {
      clearTimeout(timer);
      pictures.want([]);
    };
  });
}

/** Keep a picture that has come: scrolling back does not fetch it again. */
export function keepPicture({ target }: SyntheticEvent): void {
  // As it was asked for: `src` itself would be the whole address.
  const address = target instanceof HTMLImageElement ? target.getAttribute('src') : null;
  if (address !== null) pictures.keep(address);
}
