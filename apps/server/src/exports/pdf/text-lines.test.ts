import PDFDocument from 'pdfkit';
import { expect, test } from 'vitest';
import { setLine, setLines, type TextLine, type TextSetting } from './text-lines.ts';
import { loadTypefaces } from './typefaces.ts';

async function settingOf(text: string, width: number): Promise<TextSetting> {
  const document = new PDFDocument();
  return {
    faces: await loadTypefaces(document, [text, '…']),
    weight: 'regular',
    width,
    measure: ({ font, text: piece }) =>
      document.font(font).fontSize(9).widthOfString(piece, { features: [] }),
  };
}

const lettersOf = (line: TextLine) => line.pieces.map((piece) => piece.text);

test('right-to-left text runs from the right, numbers and Latin words inside it do not', async () => {
  const text = 'שלום (ABC 42) עולם';
  const line = setLine(text, await settingOf(text, 500));
  expect(line).toMatchObject({ isRtl: true, hasRtl: true, text });
  const shown = lettersOf(line).join('');
  // The last word stands first; fontkit turns its letters; brackets keep their meaning.
  expect(shown.indexOf('עולם')).toBeLessThan(shown.indexOf('ABC 42'));
  expect(shown.indexOf('ABC 42')).toBeLessThan(shown.indexOf('שלום'));
});

test('Arabic letters join: a word is not as wide as its letters alone', async () => {
  const text = 'محمد';
  const setting = await settingOf(text, 500);
  const [font] = setting.faces.split(text, 'regular');
  const alone = [...text].reduce(
    (sum, letter) => sum + setting.measure({ font: font!.font, text: letter }),
    0,
  );
  expect(Math.abs(setLine(text, setting).width - alone)).toBeGreaterThan(1);
});

test('lines break at spaces, and between words where writing has none; nothing is lost', async () => {
  const latin = 'one two three four five six seven';
  const thai = 'ผลตรวจเม็ดเลือดขาวปกติไม่มีเซลล์ตัวอ่อน';
  const han = '白血球分画は正常範囲内です。好中球の左方移動。';
  const long = 'x'.repeat(60);
  for (const text of [latin, thai, han, long]) {
    const lines = setLines(text, await settingOf(text, 80));
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line.width).toBeLessThanOrEqual(80);
    const space = text === latin ? ' ' : '';
    expect(lines.map((line) => line.text).join(space)).toBe(text);
    // A full stop does not begin a line.
    for (const line of lines) expect(line.text).not.toMatch(/^。/);
  }
});

test('what is too long for one line ends in an ellipsis', async () => {
  const text = 'A very long name of a hospital in a small place';
  const line = setLine(text, await settingOf(text, 100));
  expect(line.width).toBeLessThanOrEqual(100);
  expect(line.text).toMatch(/^A very long .*…$/);
});
