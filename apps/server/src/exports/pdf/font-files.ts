/**
 * @file Which font file has which letters: Roboto for Latin, Greek and Cyrillic, Noto for every other script,
 * DejaVu for signs.
 *
 * The Noto packages cut each typeface into files and say in `unicode.json` which code points lie in which.
 * Chinese, Japanese and Korean share code points that they draw differently: text with kana is Japanese,
 * with hangul Korean, and otherwise Chinese, simplified where both forms are the same.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

/** A weight. */
export type Weight = 'regular' | 'bold';

/** A file of a typeface. */
export interface FontFile {
  readonly paths: Readonly<Record<Weight, string>>;
  /** Has all weights from thin to black. */
  readonly isVariable: boolean;
  has(codePoint: number): boolean;
}

const scripts = [
  'arabic',
  'hebrew',
  'thaana',
  'devanagari',
  'bengali',
  'gurmukhi',
  'gujarati',
  'oriya',
  'tamil',
  'telugu',
  'kannada',
  'malayalam',
  'sinhala',
  'thai',
  'lao',
  'khmer',
  'myanmar',
  'georgian',
  'armenian',
  'ethiopic',
] as const;

/** Subsets that every family carries along: Roboto has their letters. */
const latin = new Set([
  'latin',
  'latin-ext',
  'vietnamese',
  'greek',
  'greek-ext',
  'cyrillic',
  'cyrillic-ext',
]);

/** Superscripts, arrows, mathematics and other signs that go with any script. */
const dejaVu: FontFile = {
  paths: {
    regular: resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
    bold: resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
  },
  isVariable: false,
  has: () => true,
};

const families = new Map<string, Promise<readonly FontFile[]>>();

/** Return the files that may have letters of a text which Roboto lacks, the best first. */
export async function fontFilesFor(text: string): Promise<readonly FontFile[]> {
  const east = /[\u3040-\u30ff]/.test(text)
    ? ['jp', 'sc', 'tc', 'kr']
    : /[\uac00-\ud7af\u1100-\u11ff]/.test(text)
      ? ['kr', 'sc', 'tc', 'jp']
      : ['sc', 'tc', 'jp', 'kr'];
  const names = [...scripts, ...east];
  const files = await Promise.all([
    ...names.map((name) => filesOf(`@fontsource-variable/noto-sans-${name}`)),
    filesOf('@fontsource-variable/noto-sans-symbols'),
    filesOf('@fontsource/noto-sans-symbols-2'),
  ]);
  return [...files.flat(), dejaVu];
}

function filesOf(family: string): Promise<readonly FontFile[]> {
  const known = families.get(family) ?? readFamily(family);
  families.set(family, known);
  return known;
}

async function readFamily(family: string): Promise<readonly FontFile[]> {
  const subsets = parseSubsets(
    JSON.parse(await readFile(resolve(`${family}/unicode.json`), 'utf8')),
  );
  const isVariable = family.startsWith('@fontsource-variable/');
  const name = family.slice(family.indexOf('/') + 1);
  const cut = isVariable ? 'wght-normal' : '400-normal';
  return subsets
    .filter(([subset]) => !latin.has(subset))
    .map(([subset, ranges]) => {
      const file = `${name}-${subset.replaceAll(/[[\]]/g, '')}-${cut}.woff2`;
      const path = resolve(`${family}/files/${file}`);
      return {
        paths: { regular: path, bold: path },
        isVariable,
        has: (codePoint) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to),
      };
    });
}

/** `{ "arabic": "U+0600-06FF,U+0750" }`. */
function parseSubsets(json: unknown): [string, [number, number][]][] {
  return Object.entries(json as Record<string, string>).map(([subset, list]) => [
    subset,
    list.split(',').map((range) => {
      const [from = '', to = from] = range.replace('U+', '').split('-');
      return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
    }),
  ]);
}
