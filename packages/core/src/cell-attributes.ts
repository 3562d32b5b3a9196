/**
 * @file What morphologists say of a cell beside its type: eleven attributes with their values, those of WBCAtt (Tsutsui et
 * al. 2023), each with the words that reports and screens use.
 */

/** Values of each attribute by name, with their words. */
const words = {
  'cell-size': { big: 'large cell', small: 'small cell' },
  'cell-shape': { round: 'round cell', irregular: 'irregular cell' },
  'nucleus-shape': {
    round: 'nucleus round',
    indented: 'nucleus indented',
    band: 'nucleus a band',
    bilobed: 'nucleus bilobed',
    multilobed: 'nucleus segmented',
    irregular: 'nucleus irregular',
  },
  'nucleus-share': { low: 'low N:C', high: 'high N:C' },
  chromatin: { dense: 'dense chromatin', loose: 'loose chromatin' },
  vacuoles: { no: 'no vacuoles', yes: 'vacuoles' },
  'cytoplasm-texture': { clear: 'clear cytoplasm', frosted: 'frosted cytoplasm' },
  'cytoplasm-colour': {
    'light-blue': 'light blue cytoplasm',
    blue: 'blue cytoplasm',
    'purple-blue': 'purple-blue cytoplasm',
  },
  'granule-type': {
    none: 'no granules',
    small: 'fine granules',
    round: 'round granules',
    coarse: 'coarse granules',
  },
  'granule-colour': {
    none: 'no granules',
    pink: 'pink granules',
    red: 'red granules',
    purple: 'purple granules',
  },
  granularity: { no: 'no granules', yes: 'granules' },
} as const satisfies Record<string, Record<string, string>>;

/** The name of an attribute. */
export type AttributeName = keyof typeof words;

/** All attributes. */
export const attributeNames = Object.keys(words) as readonly AttributeName[];

/** The values of each attribute; their order is that of probabilities. */
export const attributeValues = Object.fromEntries(
  attributeNames.map((name) => [name, Object.keys(words[name])]),
) as unknown as Readonly<Record<AttributeName, readonly string[]>>;

/** One attribute of a cell. */
export interface CellAttribute {
  readonly name: AttributeName;
  /** The likeliest of `attributeValues`. */
  readonly value: string;
  readonly probability: number;
}

/** Tell whether a text names an attribute. */
export function isAttributeName(text: string): text is AttributeName {
  return Object.hasOwn(words, text);
}

/** Say a value in words, as in "fine granules"; a value that is unknown is said as it is. */
export function attributeWords({ name, value }: Pick<CellAttribute, 'name' | 'value'>): string {
  const known: Readonly<Record<string, string>> = words[name];
  return known[value] ?? value;
}
