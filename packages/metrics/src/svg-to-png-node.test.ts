import { expect, test } from 'vitest';
import { svgToPng } from './svg-to-png-node.ts';

const svg = (content: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="40" height="20" font-family="Arimo, Arial">${content}</svg>`;
const sizeOf = (png: Uint8Array) => {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return [view.getUint32(16), view.getUint32(20)];
};

test('writes a PNG of the size asked for', () => {
  const png = svgToPng(svg(''));
  expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  expect(sizeOf(png)).toEqual([80, 40]);
  expect(sizeOf(svgToPng(svg(''), { scale: 3 }))).toEqual([120, 60]);
});

test('draws letters, also bold ones, without fonts of the system', () => {
  const write = (attributes: string) =>
    Buffer.from(svgToPng(svg(`<text x="2" y="15" ${attributes}>Ag</text>`))).toString('base64');
  const empty = Buffer.from(svgToPng(svg(''))).toString('base64');
  expect(write('')).not.toBe(empty);
  expect(write('font-weight="700"')).not.toBe(write(''));
});

test('refuses what is no SVG and sizes without end', () => {
  expect(() => svgToPng('no svg')).toThrow('svg must be a document');
  expect(() => svgToPng(svg(''), { scale: 0 })).toThrow('above 0');
  expect(() => svgToPng(svg(''), { scale: 100 })).toThrow('at most 20');
});
