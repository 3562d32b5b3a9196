/** @file Whether somebody can have looked at a cell: its tile is on the screen and its picture is loaded. */

/** Tell whether at least half of a cell's picture lies inside the frame, and has come. */
export function hasPicture(frame: HTMLElement | null, cellId: string): boolean {
  const picture = document.getElementById(`cell-${cellId}`)?.querySelector('img');
  // A picture that was refused is complete too, but has no pixels.
  if (frame === null || !picture?.complete || picture.naturalWidth === 0) return false;
  const { top, bottom } = frame.getBoundingClientRect();
  const place = picture.getBoundingClientRect();
  const inside = Math.min(bottom, place.bottom) - Math.max(top, place.top);
  return inside >= place.height / 2;
}
