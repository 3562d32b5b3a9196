/** @file While the gallery rests, pictures of the cells below the screen are fetched: the next screens are there at once. */
import { useEffect } from 'react';
import { createPicturesAhead, loadPicture } from '../../state/pictures-ahead.ts';

/** Milliseconds without scrolling or corrections. */
const restMs = 250;
const pictures = createPicturesAhead(loadPicture);

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
