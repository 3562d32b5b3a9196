/**
 * @file Brightness, contrast and gamma of what is shown. The image and every figure stay as they are.
 *
 * The three make one transfer curve a channel, handed to the browser as an SVG filter's table, so that
 * the picture is filtered by the compositor and not pixel by pixel in a script.
 */

/** How the picture is shown. */
export interface DisplayAids {
  /** Added, -1..1. */
  readonly brightness: number;
  /** Slope round the middle grey, 0.2..4. */
  readonly contrast: number;
  /** Exponent, 0.3..3; above 1 darkens the middle tones. */
  readonly gamma: number;
}

/** The picture as it is. */
export const plainDisplay: DisplayAids = { brightness: 0, contrast: 1, gamma: 1 };

/** Tell whether the picture is shown as it is. */
export function isPlainDisplay({ brightness, contrast, gamma }: DisplayAids): boolean {
  return brightness === 0 && contrast === 1 && gamma === 1;
}

/** Return the curve at `steps` evenly spaced inputs 0..1: ((x - 1/2) contrast + 1/2 + brightness) ^ gamma, cut to 0..1. */
export function displayCurve(aids: DisplayAids, steps = 65): number[] {
  const { brightness, contrast, gamma } = aids;
  return Array.from({ length: steps }, (_, i) => {
    const linear = (i / (steps - 1) - 0.5) * contrast + 0.5 + brightness;
    return Math.min(1, Math.max(0, linear)) ** gamma;
  });
}
