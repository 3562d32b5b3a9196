/** @file Whether somebody flies over the cells: then no pictures are fetched that nobody could see. */
import { useCallback, useEffect, useRef, useState } from 'react';

/** CSS pixels in a millisecond: about twenty rows in a second. */
const fast = 3;
const restMs = 120;

/** Follow how fast an element scrolls; `onScroll` must hear its events. */
export function useFastScroll(): {
  readonly isFast: boolean;
  readonly onScroll: (scrollTop: number) => void;
} {
  const [isFast, setFast] = useState(false);
  const last = useRef({ at: 0, top: 0 });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onScroll = useCallback((top: number) => {
    const at = performance.now();
    const speed = Math.abs(top - last.current.top) / Math.max(1, at - last.current.at);
    last.current = { at, top };
    // The first step after a rest says nothing: its time is that of the rest.
    if (speed <= fast) return;
    setFast(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setFast(false), restMs);
  }, []);
  return { isFast, onScroll };
}
