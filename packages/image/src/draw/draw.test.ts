import { type CellClass, createMask, createRgbRaster } from '@leukoscope/core';
import { expect, test } from 'vitest';
import { rgbToLab } from '../colour/lab.ts';
import { colourOfClass, inkOn } from './colour-of-class.ts';
import { drawContactSheet, drawLegend } from './contact-sheet.ts';
import { coverPolygons, coverStroke } from './coverage.ts';
import { drawBoxInPlace, drawOverlay, smoothContour } from './overlay.ts';
import { drawTextInPlace, fitText, measureText } from './text.ts';

const sum = (data: ArrayLike<number>) => Array.from(data).reduce((a, b) => a + b, 0);
const paper = (width: number, height: number) => {
  const raster = createRgbRaster({ width, height });
  raster.data.fill(255);
  return raster;
};

test('covers exactly the area of a polygon, wherever it lies between pixels', () => {
  for (const shift of [0, 0.25, 0.5, 0.8]) {
    const triangle = [
      { x: 2 + shift, y: 1 },
      { x: 12.5, y: 4 + shift },
      { x: 5, y: 9.3 },
    ];
    const [a, b, c] = triangle as [
      (typeof triangle)[0],
      (typeof triangle)[0],
      (typeof triangle)[0],
    ];
    const area = Math.abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / 2;
    expect(sum(coverPolygons([triangle]).data)).toBeCloseTo(area, 3);
  }
});

test('leaves a hole open where a second polygon runs the other way', () => {
  const square = (x: number, side: number) => [
    { x, y: x },
    { x: x + side, y: x },
    { x: x + side, y: x + side },
    { x, y: x + side },
  ];
  expect(sum(coverPolygons([square(1, 8), square(3, 4).toReversed()]).data)).toBeCloseTo(
    64 - 16,
    4,
  );
});

test('covers a stroke by its width, closed or open', () => {
  const line = [
    { x: 5, y: 5 },
    { x: 25, y: 5 },
    { x: 25, y: 15 },
  ];
  const open = sum(coverStroke(line, 3, false).data);
  expect(open).toBeGreaterThan(30 * 3);
  expect(open).toBeLessThan(30 * 3 + 14);
  expect(sum(coverStroke(line, 3, true).data)).toBeGreaterThan(open + 50);
  expect(sum(coverStroke(line, 1, false).data)).toBeLessThan(open / 2);
});

test('writes text in its size and colour, and shows a character it lacks as a question mark', () => {
  const page = paper(80, 30);
  drawTextInPlace(page, 'H', { x: 4, y: 24 }, { sizePx: 20, colour: [200, 0, 0], opacity: 0.5 });
  expect(Math.min(...page.data)).toBeGreaterThan(120); // half of red over white
  const rows = Array.from({ length: 30 }, (_, y) =>
    page.data.subarray(y * 240, (y + 1) * 240).some((v) => v < 250),
  );
  expect([rows.indexOf(true), rows.lastIndexOf(true)]).toEqual([Math.floor(24 - 0.711 * 20), 23]);
  expect(measureText('→')).toBe(measureText('?'));
  expect(measureText('mm', 20)).toBeCloseTo(2 * measureText('m', 20), 9);
});

test('cuts a long text with an ellipsis inside the width', () => {
  expect(fitText('Eosinophil', 200)).toBe('Eosinophil');
  const short = fitText('Polychromatic normoblast', 60, 12);
  expect(short.endsWith('…')).toBe(true);
  expect(measureText(short, 12)).toBeLessThanOrEqual(60);
  expect(fitText('x', 0)).toBe('');
});

test('draws masks, boxes and labels as the options say, on a copy', () => {
  const picture = paper(60, 60);
  const mask = createMask({ width: 20, height: 20 });
  mask.data.fill(1);
  const cell = {
    box: { x1: 20, y1: 20, x2: 40, y2: 40 },
    mask: { left: 20, top: 20, mask },
    cellClass: 'neutrophil' as const,
  };
  const at = (raster: typeof picture, x: number, y: number) =>
    Array.from(raster.data.subarray((y * 60 + x) * 3, (y * 60 + x) * 3 + 3));
  const plain = { labels: false, fillOpacity: 0 };
  const outline = drawOverlay(picture, [cell], plain);
  expect(picture.data.every((value) => value === 255)).toBe(true);
  expect(at(outline, 30, 20)).toEqual([...colourOfClass('neutrophil')]);
  expect(at(outline, 30, 30)).toEqual([255, 255, 255]);
  expect(at(drawOverlay(picture, [cell], { ...plain, fillOpacity: 0.5 }), 30, 30)).toEqual([
    128, 185, 217,
  ]);
  // The mask's outline is rounded at its corners, the box's is not.
  const corner = at(drawOverlay(picture, [cell], { ...plain, boxes: 'always' }), 19, 19);
  expect(sum(at(outline, 19, 19))).toBeGreaterThan(sum(corner) + 20);
  const { mask: _, ...boxOnly } = cell;
  expect(drawOverlay(picture, [boxOnly], { ...plain, boxes: 'never' }).data).toEqual(picture.data);
  expect(drawOverlay(picture, [cell]).data).not.toEqual(
    drawOverlay(picture, [cell], { labels: false }).data,
  );
  const wide = drawOverlay(picture, [cell], { ...plain, lineWidth: 6 });
  expect(at(wide, 30, 22)).toEqual([...colourOfClass('neutrophil')]);
  const other = drawOverlay(picture, [{ ...cell, label: 'A', colour: [1, 2, 3] }], {
    textSizePx: 20,
  });
  expect(at(other, 30, 20)).toEqual([1, 2, 3]);
});

test('keeps a box that leaves the picture visible at its edge', () => {
  const picture = paper(20, 20);
  drawBoxInPlace(picture, { x1: -10, y1: -10, x2: 30, y2: 30 }, [0, 0, 0], 2);
  expect(picture.data[0]).toBeLessThan(60);
});

test('moves an outline by less than a pixel when it rounds off stairs', () => {
  const square = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
    { x: 0, y: 10 },
  ];
  for (const { x, y } of smoothContour(square)) {
    const inside = Math.min(x, 10 - x, y, 10 - y);
    expect(inside).toBeGreaterThanOrEqual(0);
    expect(inside).toBeLessThan(1.2);
  }
});

test('lays a contact sheet out by columns with title, captions and legend', () => {
  const items = [1, 2, 3].map((i) => ({ raster: paper(30 * i, 20), caption: `cell ${i}` }));
  const sheet = drawContactSheet(items, { columns: 2, cellSizePx: 50 });
  expect([sheet.width, sheet.height]).toEqual([10 + 2 * 60, 10 + 2 * (50 + 22 + 10)]);
  const titled = drawContactSheet(items, { columns: 2, cellSizePx: 50, title: 'Cells' });
  expect(titled.height).toBe(sheet.height + 30);
  const flat = drawContactSheet(items, { columns: 2, cellSizePx: 50, cellHeightPx: 20 });
  expect(flat.height).toBe(10 + 2 * (20 + 22 + 10));
  const legend = [{ colour: [0, 114, 178] as const, name: 'Neutrophil' }];
  expect(drawContactSheet(items, { columns: 2, cellSizePx: 50, legend }).height).toBe(
    sheet.height + 22,
  );
  expect(drawLegend(legend, 200).height).toBe(22 + 20);
  expect(() => drawContactSheet([])).toThrow('one or more');
});

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear light approximated by squares. */
const blindness = {
  protan: [
    0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998,
  ],
  deutan: [
    0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881,
  ],
};

test('keeps the families of cells apart for red-green blind eyes', () => {
  const families: CellClass[] = [
    'neutrophil',
    'lymphocyte',
    'monocyte',
    'eosinophil',
    'basophil',
    'blast',
    'platelet',
    'erythrocyte',
  ];
  for (const matrix of Object.values(blindness)) {
    const seen = families.map((name) => {
      const light = colourOfClass(name).map((byte) => (byte / 255) ** 2.2);
      const mixed = [0, 3, 6].map((row) =>
        Math.max(
          0,
          matrix[row]! * light[0]! + matrix[row + 1]! * light[1]! + matrix[row + 2]! * light[2]!,
        ),
      );
      return rgbToLab(
        ...(mixed.map((value) => 255 * Math.min(1, value) ** (1 / 2.2)) as [
          number,
          number,
          number,
        ]),
      );
    });
    for (let i = 0; i < seen.length; i++) {
      for (let j = 0; j < i; j++) {
        const apart = Math.hypot(...seen[i]!.map((value, c) => value - seen[j]![c]!));
        // CIE76 distance; 10 is plainly visible side by side.
        expect([families[i], families[j], apart > 10]).toEqual([families[i], families[j], true]);
      }
    }
  }
});

test('writes black on light colours and white on dark ones', () => {
  expect(inkOn([240, 228, 66])).toEqual([0, 0, 0]);
  expect(inkOn([51, 34, 136])).toEqual([255, 255, 255]);
});
