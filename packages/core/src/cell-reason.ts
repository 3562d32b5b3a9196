/**
 * @file What can be seen of a cell, in words: "nucleus segmented, 3 lobes; fine pink granules; N:C .45". Attributes that are
 * not likely enough are left out, and so is what goes without saying.
 */
import { type AttributeName, attributeWords, type CellAttribute } from './cell-attributes.ts';

/** What the words are made of. */
export interface CellReason {
  readonly nucleus?:
    | {
        readonly lobes: number;
        /** Area of the nucleus over that of the whole cell. */
        readonly share: number;
      }
    | undefined;
  readonly attributes?: readonly CellAttribute[] | undefined;
}

/** Less likely attributes are not said. */
const saidFrom = 0.6;

/** Values that are the usual ones, or are said by N:C. */
const unsaid: Readonly<Partial<Record<AttributeName, readonly string[]>>> = {
  'cell-size': ['big', 'small'],
  'cell-shape': ['round'],
  'nucleus-share': ['low', 'high'],
  vacuoles: ['no'],
  'cytoplasm-texture': ['clear'],
};

/** Shapes of the nucleus that have lobes; where another is likely, narrow places of a band are no lobes. */
const segmented: readonly string[] = ['bilobed', 'multilobed'];

/** Attributes of granules, which are said together. */
const ofGranules: readonly AttributeName[] = ['granule-type', 'granule-colour', 'granularity'];

/** Area of the nucleus over that of the cytoplasm, from the nucleus's share of the cell; infinite without cytoplasm. */
export function nucleusToCytoplasm(share: number): number {
  return share >= 1 ? Number.POSITIVE_INFINITY : share / (1 - share);
}

/** Write a ratio as reports do: ".45", "1.8", "12". */
export function ratioText(ratio: number): string {
  return Number(ratio.toPrecision(2)).toString().replace(/^0\./, '.');
}

/** Say what can be seen; empty where nothing was measured. */
export function reasonWords({ nucleus, attributes = [] }: CellReason): string {
  const said = attributes.filter(
    ({ name, value, probability }) =>
      probability >= saidFrom && unsaid[name]?.includes(value) !== true,
  );
  const others = said.filter(({ name }) => name !== 'nucleus-shape' && !ofGranules.includes(name));
  return [
    ...nucleusWords(said, nucleus?.lobes),
    ...granuleWords(said),
    ...others.map(attributeWords),
    ...(nucleus === undefined ? [] : [shareWords(nucleus.share)]),
  ].join('; ');
}

function shareWords(share: number): string {
  const ratio = nucleusToCytoplasm(share);
  return Number.isFinite(ratio) ? `N:C ${ratioText(ratio)}` : 'no cytoplasm';
}

function nucleusWords(said: readonly CellAttribute[], lobes: number | undefined): string[] {
  const shape = said.find(({ name }) => name === 'nucleus-shape');
  const words = shape === undefined ? 'nucleus' : attributeWords(shape);
  const isSegmented = shape === undefined || segmented.includes(shape.value);
  if (lobes !== undefined && lobes > 1 && isSegmented) return [`${words}, ${lobes} lobes`];
  if (shape !== undefined) return [words];
  return lobes === undefined ? [] : ['nucleus of one part'];
}

/** "fine pink granules", "red granules", "no granules". */
function granuleWords(said: readonly CellAttribute[]): string[] {
  const named = (wanted: AttributeName) => said.find(({ name }) => name === wanted);
  const [type, colour, any] = ofGranules.map(named);
  if (
    type !== undefined &&
    colour !== undefined &&
    type.value !== 'none' &&
    colour.value !== 'none'
  )
    return [attributeWords(type).replace(' granules', ` ${colour.value} granules`)];
  const first = type ?? colour ?? any;
  return first === undefined ? [] : [attributeWords(first)];
}
