/**
 * @file @data The nucleated cells of blood and marrow: size, nucleus, chromatin, cytoplasm, granules.
 *
 * Sizes and signs follow the usual haematology atlases (Bain, "Blood Cells"; ICSH 2015 nomenclature);
 * colours were adjusted by eye beside public smears.
 */
import type { CellClass } from '@leukoscope/core';
import type { GranulePlan } from './granules.ts';
import type { LeukocytePlan } from './leukocyte-plan.ts';
import {
  bandNucleus,
  bilobedNucleus,
  foldedNucleus,
  kidneyNucleus,
  obscuredNucleus,
  roundNucleus,
  segmentedNucleus,
} from './nucleus-plans.ts';

const ripeChromatin = {
  density: 2.0,
  openness: 0.27,
  contrast: 0.64,
  grain: 0.58,
  lace: 0,
  rim: 0.08,
};
const fineChromatin = {
  density: 1.35,
  openness: 0.42,
  contrast: 0.34,
  grain: 0.42,
  lace: 0.4,
  rim: 0.12,
};
const erythroidChromatin = {
  density: 1.85,
  openness: 0.2,
  contrast: 0.55,
  grain: 0.85,
  lace: 0,
  rim: 0.1,
};

/** The fine lilac dust of ripe neutrophils, in two tones. */
const neutrophilDust: readonly GranulePlan[] = [
  {
    density: 5,
    radius: [0.1, 0.2],
    chromatin: 0.12,
    eosin: 0.26,
    opacity: 0.6,
    opacityOnNucleus: 0,
    variation: 0.7,
    patchiness: 0.3,
  },
  {
    density: 4,
    radius: [0.09, 0.16],
    chromatin: 0.4,
    eosin: 0.12,
    azure: 0.08,
    opacity: 0.7,
    opacityOnNucleus: 0,
    variation: 0.7,
    patchiness: 0.45,
  },
];

/** The same while they ripen: more violet, fewer pink. */
const ripeningDust = (violet: number): readonly GranulePlan[] =>
  neutrophilDust.map((dust) => ({
    ...dust,
    chromatin: (dust.chromatin ?? 0) + violet,
    radius: [0.1, 0.21],
  }));

const azurophilGranules = (density: number, radius: readonly [number, number]): GranulePlan => ({
  density,
  radius,
  chromatin: 1.25,
  eosin: 0.22,
  opacity: 0.85,
  opacityOnNucleus: 0.55,
  variation: 0.35,
  patchiness: 0.35,
});

/** How to paint each nucleated cell. */
export const leukocytePlans = {
  'segmented-neutrophil': {
    diameter: [11.3, 13.8],
    outline: { wobble: 0.03, elongationRange: [1, 1.15] },
    nucleus: segmentedNucleus,
    chromatin: ripeChromatin,
    cytoplasm: { azure: [0.06, 0.12], eosin: [0.1, 0.17], texture: 0.25, grain: 0.5, rim: 0.03 },
    granules: neutrophilDust,
  },
  'band-neutrophil': {
    diameter: [11.6, 14.2],
    outline: { wobble: 0.03, elongationRange: [1, 1.12] },
    nucleus: bandNucleus,
    chromatin: { ...ripeChromatin, density: 1.95, openness: 0.3 },
    cytoplasm: { azure: [0.07, 0.14], eosin: [0.1, 0.16], texture: 0.25, grain: 0.5, rim: 0.03 },
    granules: neutrophilDust,
  },
  metamyelocyte: {
    diameter: [12.5, 15.5],
    outline: { wobble: 0.02, elongationRange: [1, 1.12] },
    nucleus: kidneyNucleus,
    chromatin: { ...ripeChromatin, density: 1.55, openness: 0.3, contrast: 0.5, grain: 0.58 },
    cytoplasm: { azure: [0.14, 0.22], eosin: [0.09, 0.15], texture: 0.25, grain: 0.5, rim: 0.06 },
    granules: ripeningDust(0.12),
  },
  myelocyte: {
    diameter: [12.6, 16],
    outline: { wobble: 0.02, elongationRange: [1, 1.12] },
    nucleus: roundNucleus({
      share: [0.62, 0.7],
      offset: [0.6, 0.95],
      oval: [1.05, 1.3],
      dent: [0, 0.12],
    }),
    chromatin: { ...ripeChromatin, density: 1.5, openness: 0.36, contrast: 0.46, grain: 0.52 },
    cytoplasm: {
      azure: [0.24, 0.36],
      eosin: [0.08, 0.14],
      texture: 0.3,
      grain: 0.6,
      rim: 0.15,
      hof: 0.35,
    },
    granules: ripeningDust(0.2),
  },
  promyelocyte: {
    diameter: [16, 21],
    outline: { wobble: 0.035, elongationRange: [1, 1.15] },
    nucleus: roundNucleus({
      share: [0.66, 0.73],
      offset: [0.5, 0.9],
      oval: [1.05, 1.25],
      dent: [0, 0.1],
    }),
    chromatin: { ...fineChromatin, density: 1.45, openness: 0.4, contrast: 0.36, nucleoli: [1, 3] },
    cytoplasm: {
      azure: [0.36, 0.48],
      eosin: [0.04, 0.09],
      texture: 0.3,
      grain: 0.7,
      rim: 0.25,
      hof: 0.5,
    },
    granules: [azurophilGranules(3.6, [0.13, 0.27])],
  },
  myeloblast: {
    diameter: [14, 18],
    outline: { wobble: 0.03, elongationRange: [1, 1.15] },
    nucleus: roundNucleus({
      share: [0.8, 0.85],
      offset: [0.3, 0.9],
      oval: [1.02, 1.18],
      dent: [0, 0.08],
    }),
    chromatin: { ...fineChromatin, density: 1.2, nucleoli: [2, 5] },
    cytoplasm: {
      azure: [0.45, 0.62],
      eosin: [0.02, 0.06],
      texture: 0.3,
      grain: 0.8,
      rim: 0.25,
      halo: 0.25,
    },
    granules: [],
  },
  blast: {
    diameter: [13, 18],
    outline: { wobble: 0.035, elongationRange: [1, 1.18] },
    nucleus: roundNucleus({
      share: [0.82, 0.88],
      offset: [0.3, 0.9],
      oval: [1.02, 1.2],
      dent: [0, 0.18],
    }),
    chromatin: { ...fineChromatin, density: 1.3, nucleoli: [1, 4] },
    cytoplasm: {
      azure: [0.45, 0.65],
      eosin: [0.02, 0.06],
      texture: 0.3,
      grain: 0.8,
      rim: 0.2,
      halo: 0.2,
    },
    granules: [],
  },
  eosinophil: {
    diameter: [12.5, 15.5],
    outline: { wobble: 0.025, elongationRange: [1, 1.15], frill: 0.006 },
    nucleus: bilobedNucleus,
    chromatin: { ...ripeChromatin, density: 1.8, openness: 0.34, contrast: 0.58 },
    cytoplasm: { azure: [0.06, 0.14], eosin: [0.3, 0.42], texture: 0.25, grain: 0.8, rim: 0.08 },
    granules: [
      {
        density: 6.5,
        radius: [0.22, 0.36],
        chromatin: 0.08,
        azure: 0.02,
        eosin: 0.7,
        opacity: 0.75,
        opacityOnNucleus: 0.08,
        variation: 0.32,
        patchiness: 0.1,
      },
    ],
  },
  basophil: {
    diameter: [10.6, 13],
    outline: { wobble: 0.03, elongationRange: [1, 1.12], frill: 0.02 },
    nucleus: obscuredNucleus,
    chromatin: { ...ripeChromatin, density: 1.3, openness: 0.3, contrast: 0.35 },
    cytoplasm: { azure: [0.12, 0.25], eosin: [0.14, 0.25], texture: 0.25, grain: 0.8, rim: 0.08 },
    granules: [
      {
        density: 3.4,
        radius: [0.2, 0.48],
        chromatin: 1.8,
        azure: 0.15,
        opacity: 0.92,
        opacityOnNucleus: 0.55,
        variation: 0.25,
        patchiness: 0.22,
      },
    ],
  },
  lymphocyte: {
    diameter: [8.2, 11],
    outline: { wobble: 0.03, elongationRange: [1, 1.15], frill: 0.018 },
    nucleus: roundNucleus({
      share: [0.81, 0.88],
      offset: [0.5, 1],
      oval: [1, 1.15],
      dent: [0, 0.14],
    }),
    chromatin: { density: 1.85, openness: 0.26, contrast: 0.38, grain: 0.6, lace: 0.1, rim: 0.12 },
    cytoplasm: { azure: [0.72, 1], eosin: [0.08, 0.16], texture: 0.45, grain: 0.5, rim: 0.3 },
    granules: [],
  },
  'reactive-lymphocyte': {
    diameter: [15, 20],
    outline: { wobble: 0.085, elongationRange: [1.05, 1.35], frill: 0.008 },
    nucleus: roundNucleus({
      share: [0.52, 0.6],
      offset: [0.2, 0.75],
      oval: [1.05, 1.35],
      dent: [0, 0.22],
      wobble: 0.55,
    }),
    chromatin: { density: 1.6, openness: 0.32, contrast: 0.4, grain: 0.6, lace: 0.3, rim: 0.12 },
    cytoplasm: {
      azure: [0.36, 0.5],
      eosin: [0.03, 0.07],
      texture: 0.28,
      grain: 1,
      rim: 0.5,
      halo: 0.35,
    },
    granules: [],
  },
  monocyte: {
    diameter: [13.2, 17.2],
    outline: { wobble: 0.045, elongationRange: [1, 1.2], frill: 0.01 },
    nucleus: foldedNucleus,
    chromatin: { density: 1.5, openness: 0.36, contrast: 0.44, grain: 0.52, lace: 0.5, rim: 0.16 },
    cytoplasm: {
      azure: [0.32, 0.46],
      eosin: [0.1, 0.16],
      texture: 0.3,
      grain: 0.7,
      rim: 0.06,
      vacuoles: [0, 7],
      vacuoleRadius: [0.25, 0.65],
    },
    granules: ripeningDust(0.05).map((dust) => ({ ...dust, azure: 0.22, opacity: 0.45 })),
  },
  'plasma-cell': {
    diameter: [13, 18],
    outline: { wobble: 0.03, elongationRange: [1.15, 1.5] },
    nucleus: roundNucleus({ share: [0.46, 0.52], offset: [0.82, 0.98], oval: [1, 1.12] }),
    chromatin: { density: 1.8, openness: 0.28, contrast: 0.5, grain: 1.15, lace: 0, rim: 0.12 },
    cytoplasm: {
      azure: [0.85, 1.1],
      eosin: [0.1, 0.16],
      texture: 0.22,
      grain: 0.8,
      rim: 0.18,
      hof: 0.75,
    },
    granules: [],
  },
  pronormoblast: {
    diameter: [16, 21],
    outline: { wobble: 0.03, elongationRange: [1, 1.12], blebRange: [0, 3] },
    nucleus: roundNucleus({ share: [0.76, 0.82], offset: [0.2, 0.7], oval: [1, 1.1] }),
    chromatin: { ...fineChromatin, density: 1.25, grain: 0.55, nucleoli: [1, 3] },
    cytoplasm: {
      azure: [0.95, 1.2],
      eosin: [0.04, 0.08],
      texture: 0.2,
      grain: 0.8,
      rim: 0.15,
      halo: 0.35,
    },
    granules: [],
  },
  'basophilic-normoblast': {
    diameter: [12.5, 16],
    outline: { wobble: 0.03, elongationRange: [1, 1.15] },
    nucleus: roundNucleus({ share: [0.69, 0.76], offset: [0.2, 0.8], oval: [1, 1.1] }),
    chromatin: { ...erythroidChromatin, density: 1.6, grain: 0.85, openness: 0.3, contrast: 0.42 },
    cytoplasm: {
      azure: [0.95, 1.15],
      eosin: [0.06, 0.1],
      texture: 0.18,
      grain: 0.8,
      rim: 0.12,
      halo: 0.2,
    },
    granules: [],
  },
  'polychromatic-normoblast': {
    diameter: [10.5, 13],
    outline: { wobble: 0.035, elongationRange: [1, 1.2] },
    nucleus: roundNucleus({ share: [0.54, 0.62], offset: [0.3, 0.9], oval: [1, 1.12] }),
    chromatin: { ...erythroidChromatin, density: 1.9 },
    cytoplasm: {
      azure: [0.32, 0.48],
      eosin: [0.05, 0.1],
      haemoglobin: [0.5, 0.75],
      texture: 0.12,
      grain: 0.8,
      rim: 0.06,
    },
    granules: [],
  },
  'orthochromatic-normoblast': {
    diameter: [8.5, 10.5],
    outline: { wobble: 0.035, elongationRange: [1, 1.2] },
    nucleus: roundNucleus({
      share: [0.43, 0.5],
      offset: [0.4, 0.95],
      oval: [1, 1.12],
      wobble: 0.2,
    }),
    chromatin: { density: 2.1, openness: 0.05, contrast: 0.3, grain: 0.8, lace: 0, rim: 0.05 },
    cytoplasm: {
      azure: [0.06, 0.14],
      eosin: [0.05, 0.08],
      haemoglobin: [0.8, 1],
      texture: 0.07,
      grain: 1,
      rim: 0.02,
    },
    granules: [],
  },
} as const satisfies Partial<Record<CellClass, LeukocytePlan>>;

/** The classes that have a plan of their own. */
export type PlannedClass = keyof typeof leukocytePlans;
