/** @file A length to compare with: 1, 2 or 5 times a power of ten that fits a given width. */

/** A bar and what it says. */
export interface ScaleBar {
  /** CSS pixels. */
  readonly width: number;
  readonly text: string;
}

/** Return the longest round bar that is at most `mostWidth` CSS pixels wide. `scale` is CSS pixels a pixel. */
export function scaleBar(scale: number, pixelSizeUm: number | null, mostWidth: number): ScaleBar {
  const unitWidth = pixelSizeUm === null ? scale : scale / pixelSizeUm;
  const length = roundDown(mostWidth / unitWidth);
  return {
    width: length * unitWidth,
    text:
      pixelSizeUm === null
        ? `${tidy(length)} px`
        : length >= 1000
          ? `${tidy(length / 1000)} mm`
          : `${tidy(length)} µm`,
  };
}

/** Return the distance of grid lines, in image pixels: round in its unit, and at least `leastWidth` CSS pixels. */
export function gridDistance(
  scale: number,
  pixelSizeUm: number | null,
  leastWidth: number,
): number {
  const unit = pixelSizeUm === null ? 1 : 1 / pixelSizeUm;
  return roundUp(leastWidth / (scale * unit)) * unit;
}

function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const digit = value / power + 1e-9;
  return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const digit = value / power - 1e-9;
  return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

/** Powers of ten below one are not exact: 0.30000000000000004. */
function tidy(value: number): string {
  return String(Number(value.toPrecision(3)));
}
