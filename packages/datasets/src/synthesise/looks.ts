/**
 * @file @data Looks: stain, microscope and camera of whole laboratories, as data.
 *
 * Colours and scales were read off public sets of that kind: background, erythrocytes and nuclei by
 * clustering, scale from the width of erythrocytes (7.2 micrometres).
 */
import type { ErythrocytePlan } from './paint-erythrocyte.ts';
import { type Rgb, romanowsky, type StainColours } from './stain.ts';

/** A bright spot that stray light leaves on the sensor. */
export interface Glare {
  /** Centre, relative to the image. */
  readonly x: number;
  readonly y: number;
  /** Radius relative to the image's width. */
  readonly radius: number;
  /** Added at the centre, 0..255. */
  readonly light: Rgb;
}

/** Everything that makes the smears of one laboratory look alike. */
export interface SmearLook {
  readonly name: string;
  readonly pixelsPerMicron: number;
  readonly stains: StainColours;
  readonly pH: number;
  /** Strength of the stain; 1 = as in `stains`. */
  readonly strength: number;
  /** Colour of the empty glass, 0..255. */
  readonly light: Rgb;
  /** How much fields of one slide differ: light, strength, pH. */
  readonly variation: { readonly light: number; readonly strength: number; readonly pH: number };
  /** Share of the light lost in the corners. */
  readonly vignetting: number;
  readonly glare?: Glare;
  /** Deviation of the point spread, in micrometres. */
  readonly blur: number;
  /** Unsharp masking by the camera, 0..1. */
  readonly sharpening: number;
  /** Sideways shift of red against blue, in pixels. */
  readonly colourFringe: number;
  /** Deviation of the sensor noise at white, in grey levels. */
  readonly noise: number;
  readonly erythrocytes: ErythrocytePlan;
  /** Share of the field that red cells cover. */
  readonly density: readonly [number, number];
  /** Platelets per red cell. */
  readonly platelets: number;
  /** Stain left on the glass between cells: concentration of the even film. */
  readonly film: number;
}

const discs: ErythrocytePlan = {
  diameter: [7.2, 0.4],
  pallor: [0.2, 0.9],
  pallorRadius: [0.36, 0.56],
  density: [0.88, 1.28],
  edge: 0.12,
  oddShapes: 0.12,
};

/** The looks that come with the package. */
export const smearLooks = {
  /** Warm light, May-Grunwald-Giemsa, sharp: as slide scanners for differentials deliver. */
  scanner: {
    name: 'scanner',
    pixelsPerMicron: 10.8,
    stains: romanowsky,
    pH: 6.6,
    strength: 1,
    light: [254, 229, 203],
    variation: { light: 0.012, strength: 0.07, pH: 0.06 },
    vignetting: 0.02,
    blur: 0.062,
    sharpening: 0.9,
    colourFringe: 0,
    noise: 1.5,
    erythrocytes: discs,
    density: [0.42, 0.68],
    platelets: 0.06,
    film: 0.003,
  },
  /** Grey-green light and a magenta-violet stain, soft focus, colour fringes: a teaching microscope. */
  laboratory: {
    name: 'laboratory',
    pixelsPerMicron: 12,
    stains: {
      chromatin: [0.48, 0.66, 0.02],
      azure: [0.42, 0.34, 0],
      eosin: [0.06, 0.4, 0.1],
      haemoglobin: [0.1, 0.29, 0.23],
    },
    pH: 6.7,
    strength: 1,
    light: [202, 207, 202],
    variation: { light: 0.03, strength: 0.1, pH: 0.1 },
    vignetting: 0.06,
    blur: 0.13,
    sharpening: 0.3,
    colourFringe: 1,
    noise: 1.8,
    erythrocytes: { ...discs, pallor: [0.15, 0.7], pallorRadius: [0.3, 0.48], edge: 0.35 },
    density: [0.45, 0.7],
    platelets: 0.05,
    film: 0.01,
  },
  /** Low magnification, dim coloured light with a glare, hard dark red cells: an old camera. */
  glare: {
    name: 'glare',
    pixelsPerMicron: 5.8,
    stains: {
      ...romanowsky,
      chromatin: [0.55, 0.92, 0.42],
      azure: [0.42, 0.42, 0.16],
      eosin: [0.12, 0.62, 0.45],
      haemoglobin: [0.24, 0.44, 0.4],
    },
    pH: 6.6,
    strength: 1,
    light: [142, 172, 160],
    variation: { light: 0.14, strength: 0.08, pH: 0.08 },
    vignetting: 0.18,
    glare: { x: 0.45, y: 0.6, radius: 0.055, light: [-10, 80, 90] },
    blur: 0.08,
    sharpening: 0.5,
    colourFringe: 0,
    noise: 1.4,
    erythrocytes: {
      ...discs,
      pallor: [0.45, 1],
      pallorRadius: [0.42, 0.58],
      edge: 0.15,
      oddShapes: 0.15,
    },
    density: [0.35, 0.65],
    platelets: 0.14,
    film: 0.01,
  },
  /** A rapid stain under yellow light: crimson nuclei, red cells washed out to faint rings. */
  rapid: {
    name: 'rapid',
    pixelsPerMicron: 6.8,
    stains: {
      chromatin: [0.5, 1.22, 0.28],
      azure: [0.72, 0.42, 0],
      eosin: [0.3, 0.74, 0.1],
      haemoglobin: [0.035, 0.055, 0.06],
    },
    pH: 6.6,
    strength: 1,
    light: [255, 254, 160],
    variation: { light: 0.03, strength: 0.12, pH: 0.1 },
    vignetting: 0.05,
    blur: 0.16,
    sharpening: 0.35,
    colourFringe: 0,
    noise: 1.6,
    erythrocytes: {
      ...discs,
      pallor: [0.7, 0.95],
      pallorRadius: [0.6, 0.7],
      edge: 2.2,
      oddShapes: 0.2,
    },
    density: [0.2, 0.45],
    platelets: 0.06,
    film: 0.01,
  },
  /** White light and bright violet nuclei: marrow photographed through the eyepiece. */
  marrow: {
    name: 'marrow',
    pixelsPerMicron: 7.5,
    stains: {
      chromatin: [0.6, 0.9, 0.16],
      azure: [0.72, 0.5, 0.02],
      eosin: [0.12, 0.5, 0.28],
      haemoglobin: [0.08, 0.22, 0.2],
    },
    pH: 6.7,
    strength: 1,
    light: [240, 236, 226],
    variation: { light: 0.05, strength: 0.12, pH: 0.12 },
    vignetting: 0.06,
    blur: 0.11,
    sharpening: 0.3,
    colourFringe: 0.5,
    noise: 1.8,
    erythrocytes: { ...discs, pallor: [0.05, 0.4] },
    density: [0.3, 0.5],
    platelets: 0.05,
    film: 0.015,
  },
} as const satisfies Record<string, SmearLook>;

/** The name of a look that comes with the package. */
export type SmearLookName = keyof typeof smearLooks;
