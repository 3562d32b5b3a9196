/**
 * @file A sheet of A4 pages to write on from top to bottom: fonts, headings, breaking to the next page.
 *
 * Units are points (1/72 inch). Roboto covers Latin, Greek and Cyrillic; signs that it lacks are written
 * as a question mark, so that nobody takes a gap for nothing.
 */
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';

const fonts = {
  regular: 'roboto-fontface/fonts/roboto/Roboto-Regular.woff',
  bold: 'roboto-fontface/fonts/roboto/Roboto-Bold.woff',
} as const;
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

/** Open an empty sheet. */
export function openSheet(info: { title: string; at: Date }): Sheet {
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
  for (const [name, file] of Object.entries(fonts)) {
    document.registerFont(name, fileURLToPath(import.meta.resolve(file)));
  }
  const { width: pageWidth, height: pageHeight } = document.page;
  const width = pageWidth - 2 * side;
  const dress = ({ size = 9, isBold = false, colour = ink.text }: TextStyle) =>
    document
      .font(isBold ? 'bold' : 'regular')
      .fontSize(size)
      .fillColor(colour);
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
    line: (text, { x, y, width: room }, style = {}) => {
      dress(style);
      const { align = 'left' } = style;
      document.text(writable(document, text), x, y, {
        width: room,
        align,
        lineBreak: false,
        ellipsis: true,
        height: (style.size ?? 9) * 1.2,
      });
    },
    paragraph: (text, style = {}) => {
      dress(style);
      const shown = writable(document, text);
      const options = { width, lineGap: 1.5 };
      // Long texts flow by themselves; short ones are not torn apart.
      sheet.need(Math.min(document.heightOfString(shown, options), 60));
      document.text(shown, side, sheet.y, options);
      sheet.y = document.y + 4;
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

/** Replace signs that the font lacks; line ends stay. */
function writable(document: PDFKit.PDFDocument, text: string): string {
  const has = glyphsOf(document);
  return [...text.normalize('NFC')]
    .map((sign) => (sign === '\n' || has(sign.codePointAt(0)!) ? sign : '?'))
    .join('');
}

/** pdfkit's declarations leave out the font behind a document's font. */
function glyphsOf(document: PDFKit.PDFDocument): (codePoint: number) => boolean {
  const { font } = (
    document as unknown as {
      _font: { font: { hasGlyphForCodePoint(codePoint: number): boolean } };
    }
  )._font;
  return (codePoint) => font.hasGlyphForCodePoint(codePoint);
}
