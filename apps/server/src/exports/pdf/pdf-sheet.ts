/**
 * @file A sheet of A4 pages to write on from top to bottom: fonts, headings, breaking to the next page.
 *
 * Units are points (1/72 inch). Text of every script is set line by line (text-lines.ts), in the fonts that
 * have its letters (typefaces.ts); what is read from right to left carries its text as it is read beside
 * its glyphs, for those who copy, search or listen.
 */
import PDFDocument from 'pdfkit';
import { setLine, setLines, type TextLine, type TextSetting } from './text-lines.ts';
import { loadTypefaces } from './typefaces.ts';

/** Of Roboto, which all lines stand on: how high letters reach, and from line to line. */
const ascent = 0.93;
const lineHeight = 1.17;
/** Scripts with high and low signs need more. */
const tallHeight = 1.5;
const side = 42;
const top = 40;
/** Room for the line at the foot of each page. */
const bottom = 52;

/** Colours; dark enough for grey printers. */
export const ink = { text: '#141414', soft: '#555555', line: '#c4c4c4', warn: '#7a4a00' } as const;

/** What a text looks like. */
export interface TextStyle {
  readonly size?: number;
  readonly isBold?: boolean;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'center';
}

/** A place for a text. */
export interface Slot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Pages to write on. `y` is where the next thing goes. */
export interface Sheet {
  readonly document: PDFKit.PDFDocument;
  readonly left: number;
  readonly width: number;
  y: number;
  /** Go to the next page unless so much room is left on this one. */
  need(height: number): void;
  /** Write one line, cut with an ellipsis where it is too long. */
  line(text: string, slot: Slot, style?: TextStyle): void;
  /** Write a text over as many lines as it takes; `y` goes below it. */
  paragraph(text: string, style?: TextStyle): void;
  heading(text: string): void;
  rule(): void;
}

/** Open an empty sheet with the fonts that the texts need. */
export async function openSheet(
  info: { readonly title: string; readonly at: Date },
  texts: readonly string[],
): Promise<Sheet> {
  const document = new PDFDocument({
    size: 'A4',
    margins: { top, bottom, left: side, right: side },
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    pdfVersion: '1.7',
    // The time is the report's own, so that the same report gives the same bytes.
    info: {
      Title: info.title,
      Creator: 'Leukoscope',
      Producer: 'Leukoscope',
      CreationDate: info.at,
      ModDate: info.at,
    },
  });
  const faces = await loadTypefaces(document, texts);
  const { width: pageWidth, height: pageHeight } = document.page;
  const width = pageWidth - 2 * side;
  const setting = ({ size = 9, isBold = false }: TextStyle, room: number): TextSetting => ({
    faces,
    weight: isBold ? 'bold' : 'regular',
    width: room,
    measure: ({ font, text }) =>
      document.font(font).fontSize(size).widthOfString(text, { features: [] }),
  });
  const sheet: Sheet = {
    document,
    left: side,
    width,
    y: top,
    need: (height) => {
      if (sheet.y + height <= pageHeight - bottom) return;
      document.addPage();
      sheet.y = top;
    },
    line: (text, slot, style = {}) => {
      draw(document, setLine(text, setting(style, slot.width)), slot, style);
    },
    paragraph: (text, style = {}) => {
      const size = style.size ?? 9;
      const lines = setLines(text, setting(style, width));
      const heights = lines.map((line) => size * (line.isTall ? tallHeight : lineHeight) + 1.5);
      // Long texts flow by themselves; short ones are not torn apart.
      sheet.need(
        Math.min(
          heights.reduce((sum, height) => sum + height, 0),
          60,
        ),
      );
      lines.forEach((line, i) => {
        sheet.need(heights[i]!);
        const align = style.align ?? (line.isRtl ? 'right' : 'left');
        draw(document, line, { x: side, y: sheet.y, width }, { ...style, align });
        sheet.y += heights[i]!;
      });
      sheet.y += 4;
    },
    heading: (text) => {
      sheet.need(50);
      sheet.y += 8;
      sheet.line(
        text,
        { x: side, y: sheet.y, width },
        {
          size: 10.5,
          isBold: true,
        },
      );
      sheet.y += 16;
    },
    rule: () => {
      document
        .moveTo(side, sheet.y)
        .lineTo(side + width, sheet.y)
        .lineWidth(0.5)
        .strokeColor(ink.line)
        .stroke();
    },
  };
  return sheet;
}

/** Put a line at the foot of every page, with its number, and return the bytes. */
export async function closeSheet(sheet: Sheet, foot: string): Promise<Uint8Array> {
  const { document, left, width } = sheet;
  const { count } = document.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    document.switchToPage(page);
    const y = document.page.height - bottom + 16;
    // Below the margin, where text would otherwise open a new page.
    document.page.margins.bottom = 0;
    sheet.line(foot, { x: left, y, width: width - 80 }, { size: 7.5, colour: ink.soft });
    sheet.line(
      `Page ${page + 1} of ${count}`,
      { x: left + width - 80, y, width: 80 },
      { size: 7.5, colour: ink.soft, align: 'right' },
    );
  }
  const chunks: Uint8Array[] = [];
  const done = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    document.on('end', resolve);
    document.on('error', reject);
  });
  document.end();
  await done;
  return new Uint8Array(Buffer.concat(chunks));
}

function draw(
  document: PDFKit.PDFDocument,
  line: TextLine,
  { x, y, width }: Slot,
  { size = 9, colour = ink.text, align = 'left' }: TextStyle,
): void {
  const room = width - line.width;
  let at = x + (align === 'right' ? room : align === 'center' ? room / 2 : 0);
  // What is read in another order than it stands in says how it is read.
  if (line.hasRtl) document.markContent('Span', { actual: line.text });
  for (const piece of line.pieces) {
    document.font(piece.font).fontSize(size).fillColor(colour);
    document.text(piece.text, at, y + size * ascent, {
      lineBreak: false,
      baseline: 'alphabetic',
      features: [],
    });
    at += piece.width;
  }
  if (line.hasRtl) document.endMarkedContent();
}
