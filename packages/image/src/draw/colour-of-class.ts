/**
 * @file One colour per kind of cell, told apart by people with red-green blindness too.
 *
 * Families take the hues of Okabe and Ito (2008), stages within a family its lighter and darker
 * shades: under protanopia and deuteranopia hue shrinks to blue-yellow, but lightness stays.
 */
import type { CellClass } from '@leukoscope/core';

/** Red, green, blue, 0..255. */
export type Rgb = readonly [number, number, number];

/** Colour of cells whose kind is not known. */
export const unknownColour: Rgb = [110, 110, 110];

const hexOfClass: Readonly<Record<CellClass, string>> = {
  leukocyte: '#117733',
  neutrophil: '#0072b2',
  'segmented-neutrophil': '#0072b2',
  'band-neutrophil': '#3a9bdc',
  'immature-granulocyte': '#56b4e9',
  metamyelocyte: '#7cc4ee',
  myelocyte: '#a3d8f4',
  promyelocyte: '#2f87b8',
  blast: '#332288',
  myeloblast: '#4b3aa8',
  basophil: '#cc79a7',
  eosinophil: '#d55e00',
  lymphocyte: '#009e73',
  'reactive-lymphocyte': '#4fc9a4',
  monocyte: '#e69f00',
  'plasma-cell': '#7fbf3f',
  erythroblast: '#882255',
  pronormoblast: '#5c1539',
  'basophilic-normoblast': '#882255',
  'polychromatic-normoblast': '#b0487f',
  'orthochromatic-normoblast': '#d98cb3',
  erythrocyte: '#c4c4c4',
  platelet: '#f0e442',
  'giant-platelet': '#c9bd12',
  'smudge-cell': '#8a8a8a',
  artefact: '#555555',
};

/** Return the colour of a kind of cell; cells of unknown kind are grey. */
export function colourOfClass(cellClass: CellClass | undefined): Rgb {
  return cellClass === undefined ? unknownColour : parseHexColour(hexOfClass[cellClass]);
}

/** Read `#rrggbb`. */
export function parseHexColour(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Return black or white, whichever reads better on a colour (WCAG 2 contrast). */
export function inkOn(colour: Rgb): Rgb {
  const [r, g, b] = colour.map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  // Equal contrast with black and white: (L + 0.05)^2 = 1.05 * 0.05
  return luminance > Math.sqrt(1.05 * 0.05) - 0.05 ? [0, 0, 0] : [255, 255, 255];
}
