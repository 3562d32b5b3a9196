/** @file The bins of the gallery: order, names and colours, the same on every page. */
import { type Bin, binName, classOrder } from '@leukoscope/contract';
import { colourOfClass, unknownColour } from '@leukoscope/image';

export { binName, classOrder };

/** Bins in the order of the gallery: what must be decided first, then the classes, then what is left out. */
export const binOrder: readonly Bin[] = ['unidentified', ...classOrder, 'not-classed'];

/** The bin's colour, as overlays and reports draw it. */
export function binColour(bin: Bin): string {
  const [r, g, b] =
    bin === 'unidentified' || bin === 'not-classed' ? unknownColour : colourOfClass(bin);
  return `rgb(${r} ${g} ${b})`;
}

const shortNames: Readonly<Partial<Record<Bin, string>>> = {
  'segmented-neutrophil': 'Segmented',
  'band-neutrophil': 'Band',
  'immature-granulocyte': 'Immature gran.',
  'reactive-lymphocyte': 'Reactive ly.',
  'basophilic-normoblast': 'Baso. normobl.',
  'polychromatic-normoblast': 'Poly. normobl.',
  'orthochromatic-normoblast': 'Ortho. normobl.',
};

/** The bin's name where there is little room; its whole name must stand beside or in the title. */
export function binShortName(bin: Bin): string {
  return shortNames[bin] ?? binName(bin);
}
