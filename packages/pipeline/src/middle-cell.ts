/** @file The cell that a picture of one cell is about. */
import type { Finding, Size } from '@leukoscope/core';

/** Return the surest typed cell over the middle of a picture, which shows one cell. */
export function cellInTheMiddle<F extends Pick<Finding, 'box' | 'score' | 'probabilities'>>(
  findings: readonly F[],
  { width, height }: Size,
): F | undefined {
  return findings
    .filter(
      ({ box, probabilities }) =>
        probabilities !== undefined &&
        box.x1 < width / 2 &&
        width / 2 < box.x2 &&
        box.y1 < height / 2 &&
        height / 2 < box.y2,
    )
    .sort((a, b) => b.score - a.score)[0];
}
