import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Read `--name: light-dark(#a, #b)` as two colours. */
function coloursOf(name: string): readonly [string, string] {
  const match = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(css);
  if (match === null) throw new Error(`tokens.css must hold --${name} with two colours.`);
  return [match[1]!, match[2]!];
}

/** WCAG 2.2: relative luminance of sRGB. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

/** (L1 + 0.05) / (L2 + 0.05), the lighter first. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

const grounds = ['ground', 'surface', 'surface-raised', 'surface-sunken'];
const texts: [string, string[]][] = [
  ['text', [...grounds, 'accent-soft', 'warn-soft', 'bad-soft']],
  ['text-soft', [...grounds, 'accent-soft']],
  ['accent', [...grounds, 'accent-soft', 'warn-soft', 'bad-soft']],
  ['on-accent', ['accent']],
  ['good', [...grounds, 'accent-soft']],
  ['warn', [...grounds, 'accent-soft', 'warn-soft']],
  ['bad', [...grounds, 'accent-soft', 'bad-soft']],
];

test.each(texts)('%s can be read on every ground it stands on, light and dark', (text, on) => {
  for (const ground of on) {
    for (const theme of [0, 1] as const) {
      const ratio = contrast(coloursOf(text)[theme], coloursOf(ground)[theme]);
      expect(ratio, `${text} on ${ground}, ${theme === 0 ? 'light' : 'dark'}`).toBeGreaterThan(4.5);
    }
  }
});

test.each(['line-strong', 'focus'])('%s can be seen against every ground', (line) => {
  for (const ground of grounds) {
    for (const theme of [0, 1] as const) {
      const ratio = contrast(coloursOf(line)[theme], coloursOf(ground)[theme]);
      expect(ratio, `${line} on ${ground}, ${theme === 0 ? 'light' : 'dark'}`).toBeGreaterThan(3);
    }
  }
});
