/**
 * @file Stains as optical density: how much light a unit of each dye takes from red, green and blue.
 *
 * Romanowsky stains hold two dyes, azure B (basic, blue) and eosin Y (acid, pink). Where both bind to
 * DNA they form the purple complex that colours chromatin; haemoglobin absorbs by itself and takes up
 * eosin. Light follows Beer and Lambert, I = I0 exp(-(sum over stains of concentration x vector)), on
 * the values a camera gives (so the vectors hold its response as well). They were read off the median
 * colours of nuclei, lymphocyte cytoplasm, eosinophil granules and erythrocytes in public smears.
 */

/** Red, green, blue. */
export type Rgb = readonly [number, number, number];

/** The colour-giving substances, in the order of the planes of a concentration map. */
export const stainNames = ['chromatin', 'azure', 'eosin', 'haemoglobin'] as const;

/** One colour-giving substance: the azure-eosin complex on DNA, azure on RNA, eosin, haemoglobin. */
export type StainName = (typeof stainNames)[number];

/** Optical density per unit of concentration, for every substance. */
export type StainColours = Readonly<Record<StainName, Rgb>>;

/** Wright/May-Grunwald-Giemsa at pH 6.6. */
export const romanowsky: StainColours = {
  chromatin: [0.74, 1.16, 0.27],
  azure: [0.8, 0.62, 0.08],
  eosin: [0.24, 0.86, 0.66],
  haemoglobin: [0.2, 0.305, 0.185],
};

/** The pH at which the colours of a look are given; buffers of 6.4 to 6.8 are usual. */
export const referencePh = 6.6;

/** How much of each dye binds, relative to the reference pH. */
export interface DyeBinding {
  readonly azure: number;
  readonly eosin: number;
}

/**
 * Compute how much dye binds at a pH. Acid sites of the cell (which bind azure) lose their protons as
 * the pH rises, basic sites (which bind eosin) lose their charge, so the two go opposite ways:
 * azure = exp(a (pH - 6.6)), eosin = exp(-e (pH - 6.6)).
 */
export function dyeBinding(pH: number): DyeBinding {
  const shift = pH - referencePh;
  return { azure: Math.exp(0.75 * shift), eosin: Math.exp(-1.15 * shift) };
}

/** Return the colours that a stain gives at a pH and strength (1 = as the look says). */
export function stainAtPh(colours: StainColours, pH: number, strength = 1): StainColours {
  const { azure, eosin } = dyeBinding(pH);
  const sum = (...parts: readonly (readonly [weight: number, colour: Rgb])[]): Rgb => {
    const of = (c: 0 | 1 | 2) =>
      Math.max(
        0,
        parts.reduce((total, [weight, colour]) => total + weight * colour[c], 0),
      );
    return [of(0), of(1), of(2)];
  };
  // The complex needs both dyes: it falls as soon as either does, and what azure is left over stays blue.
  const complex = Math.min(azure, Math.sqrt(azure * eosin));
  return {
    chromatin: sum(
      [strength * complex, colours.chromatin],
      [strength * (azure - complex), colours.azure],
    ),
    azure: sum([strength * azure, colours.azure], [strength * 0.12 * (eosin - 1), colours.eosin]),
    eosin: sum([strength * eosin, colours.eosin], [strength * 0.35 * (azure - 1), colours.azure]),
    // Haemoglobin absorbs by itself; eosin is two fifths of the density of a stained erythrocyte, and
    // azure beyond the right pH turns it grey-blue.
    haemoglobin: sum(
      [0.6 + 0.4 * strength, colours.haemoglobin],
      [strength * 0.2 * (eosin - 1), colours.eosin],
      [strength * 0.16 * (azure - 1), colours.azure],
    ),
  };
}
