/**
 * @file The interference paper's nine factors (Fig. 3 there), as tags on images, plus cells cut off by
 * the image's edge, which the paper measures apart.
 */

/** Every factor with its name in reports, in the paper's order (a) to (i). */
export const interferenceFactors = {
  'colour-cast': { name: 'Colour cast' },
  'low-illumination': { name: 'Low illumination' },
  'giant-platelets': { name: 'Giant platelets' },
  defocus: { name: 'Defocus' },
  debris: { name: 'Dye and debris' },
  'overlapping-leukocytes': { name: 'Overlapping leukocytes' },
  'degenerated-cells': { name: 'Degenerated cells' },
  'ph-high': { name: 'Buffer pH too high (> 6.8)' },
  'ph-low': { name: 'Buffer pH too low (< 6.4)' },
  'incomplete-cells': { name: 'Incomplete cells at the border' },
} as const;

/** The identifier of an interference factor. */
export type InterferenceFactor = keyof typeof interferenceFactors;

/** Tell whether a text is the identifier of an interference factor. */
export function isInterferenceFactor(text: string): text is InterferenceFactor {
  return Object.hasOwn(interferenceFactors, text);
}
