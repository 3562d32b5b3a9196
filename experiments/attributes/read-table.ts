/** @file The table of wbcatt: what was said of each picture, its values as this project words them. */
import { readFileSync } from 'node:fs';
import { type AttributeName, attributeNames, attributeValues } from '@leukoscope/core';

/** What is said of one cell: the place of the value of each attribute, in the order of `attributeNames`. */
export interface DescribedCell {
  readonly file: string;
  readonly values: readonly number[];
}

/** Columns of the table by attribute. */
const columns: Readonly<Record<AttributeName, string>> = {
  'cell-size': 'cell_size',
  'cell-shape': 'cell_shape',
  'nucleus-shape': 'nucleus_shape',
  'nucleus-share': 'nuclear_cytoplasmic_ratio',
  chromatin: 'chromatin_density',
  vacuoles: 'cytoplasm_vacuole',
  'cytoplasm-texture': 'cytoplasm_texture',
  'cytoplasm-colour': 'cytoplasm_colour',
  'granule-type': 'granule_type',
  'granule-colour': 'granule_colour',
  granularity: 'granularity',
};

/** Words of the table that are others here. */
const words: Readonly<Record<string, string>> = {
  'unsegmented-band': 'band',
  'unsegmented-indented': 'indented',
  'unsegmented-round': 'round',
  'segmented-bilobed': 'bilobed',
  'segmented-multilobed': 'multilobed',
  densely: 'dense',
  loosely: 'loose',
  nil: 'none',
  'light blue': 'light-blue',
  'purple blue': 'purple-blue',
};

/** Read the table. */
export function readTable(file: string): DescribedCell[] {
  const [head, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const titles = head!.split(',');
  return lines.map((line) => {
    const texts = line.split(',');
    const textOf = (column: string) => texts[titles.indexOf(column)] ?? '';
    return {
      file: textOf('img_name'),
      values: attributeNames.map((name) => {
        const text = textOf(columns[name]);
        const value = attributeValues[name].indexOf(words[text] ?? text);
        if (value < 0) throw new Error(`${name} of ${line} must be a known value, not ${text}`);
        return value;
      }),
    };
  });
}
