/** @file A row of the gallery that comes while somebody scrolls: its tiles are made between two frames. */
import { type ReactNode, startTransition, useEffect, useState } from 'react';

/**
 * Draws its children at once at rest. While the gallery scrolls the row comes empty, and its tiles follow as soon as
 * the frame is out: it is above or below the screen then, and making a row of tiles takes half a frame's time.
 */
export function ComingRow(props: {
  readonly isScrolling: boolean;
  readonly children: () => ReactNode;
}) {
  const [isFilled, setFilled] = useState(!props.isScrolling);
  useEffect(() => startTransition(() => setFilled(true)), []);
  return isFilled ? props.children() : null;
}
