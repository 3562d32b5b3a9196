/** @file Reads the size of a pixel as people write it. */

/** Read micrometres per pixel; an empty text means: not known. */
export function parsePixelSize(text: string): {
  readonly value?: number;
  readonly fault?: string;
} {
  const trimmed = text.trim().replace(',', '.');
  if (trimmed === '') return {};
  const value = Number(trimmed);
  if (value > 0 && value <= 100) return { value };
  return {
    fault: `Pixel size must be above 0 and at most 100 µm. Received "${text.trim()}". Write for example 0.065.`,
  };
}
