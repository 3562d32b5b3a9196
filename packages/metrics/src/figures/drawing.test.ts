import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';
import { hatchedRectangle } from './marks.ts';
import { element, escapeXml, text } from './svg.ts';
import { fitText, textWidth, wrapText } from './text-width.ts';
import { printTheme } from './theme.ts';
import { niceAxis, niceTicks, numberText, pValueText, scoreText } from './ticks.ts';

test('ticks are round numbers with as many decimals as they need', () => {
  const labels = (low: number, high: number, count?: number) =>
    niceTicks(low, high, count).map((tick) => tick.label);
  expect(labels(0, 1)).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']);
  expect(labels(-0.03, 0.06, 4)).toEqual(['−0.025', '0.000', '0.025', '0.050']);
  expect(labels(0, 12_000)).toEqual(['0', '2500', '5000', '7500', '10000']);
  expect(labels(3, 3)).toEqual(['3.00']);
});

test('axes end at ticks, also for a range without width', () => {
  const axis = niceAxis(0.83, 0.997, 6);
  expect([axis.low, axis.high]).toEqual([expect.closeTo(0.8), expect.closeTo(1)]);
  expect(axis.ticks[0]!.value).toBeCloseTo(axis.low);
  expect(axis.ticks.at(-1)!.value).toBeCloseTo(axis.high);
  expect(niceAxis(5, 5).high).toBeGreaterThan(5);
  expect(niceAxis(0, 0).low).toBeLessThan(0);
});

test('numbers have true minus signs, and no minus zero', () => {
  expect(numberText(-1.25, 1)).toBe('−1.3');
  expect(numberText(-0.001, 2)).toBe('0.00');
  expect(scoreText(null)).toBe('–');
  expect(pValueText(0.0004)).toBe('p < 0.001');
  expect(pValueText(0.0412)).toBe('p = 0.041');
});

test('text is as wide as in Arial, cut and wrapped to fit', () => {
  expect(textWidth('AV', 10)).toBeCloseTo((667 + 667) / 100);
  expect(textWidth('i', 10, 'bold')).toBeCloseTo(2.78);
  expect(fitText('Segmented neutrophil', 11, 60)).toBe('Segment…');
  expect(fitText('Blast', 11, 60)).toBe('Blast');
  expect(wrapText('one two three', 10, textWidth('one two', 10))).toEqual(['one two', 'three']);
});

test('what people write is escaped, and characters that XML forbids are dropped', () => {
  expect(escapeXml('<a b="c">&\u0000\ud800')).toBe('&lt;a b=&quot;c&quot;&gt;&amp;');
  expect(element('g', { id: '"x"', skip: undefined })).toBe('<g id="&quot;x&quot;"/>');
  expect(text('', { x: 0, y: 0, size: 10, fill: 'red' })).toBe('');
});

test('a known text is held to its width, so that wider letters do not overlap', () => {
  const style = { x: 0, y: 0, size: 10, fill: 'red' };
  expect(text('AV', style)).toContain('textLength="13.34"');
  expect(text('好的', style)).not.toContain('textLength');
});

test('CSV quotes what needs it and does not let a spreadsheet run a name', () => {
  expect(
    toCsv(
      ['a', 'b'],
      [
        ['x,"y"', null],
        ['=1+1', -2.5],
      ],
    ),
  ).toBe('a,b\r\n"x,""y""",\r\n\'=1+1,-2.5\r\n');
});

test('hatches of series differ, and stay inside their rectangle', () => {
  const drawings = [0, 1, 2, 3, 4].map((s) =>
    hatchedRectangle(10, 20, 30, 12, s, 'red', printTheme),
  );
  expect(new Set(drawings).size).toBe(5);
  for (const drawing of drawings) {
    for (const [, x, y] of drawing.matchAll(/[ML]([\d.]+) ([\d.]+)/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(10);
      expect(Number(x)).toBeLessThanOrEqual(40);
      expect(Number(y)).toBeGreaterThanOrEqual(20 - 1e-9);
      expect(Number(y)).toBeLessThanOrEqual(32 + 1e-9);
    }
  }
  expect(hatchedRectangle(0, 0, 0, 10, 1, 'red', printTheme)).not.toContain('NaN');
});
