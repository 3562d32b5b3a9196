/**
 * @file The fonts of one document: which of them writes a piece of text. Letters that no font has are
 * refused by name, before anything is printed: a report with a gap would say something else.
 */
/// <reference path="./subset-font.d.ts" />
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { LeukoscopeError } from '@leukoscope/core';
import subsetFont from 'subset-font';
import { type FontFile, fontFilesFor, type Weight } from './font-files.ts';

const roboto = {
  regular: 'roboto-fontface/fonts/roboto/Roboto-Regular.woff',
  bold: 'roboto-fontface/fonts/roboto/Roboto-Bold.woff',
} as const;
const weights: Readonly<Record<Weight, number>> = { regular: 400, bold: 700 };
const mostNamed = 20;

/** Text that one font writes. */
export interface FontPiece {
  readonly text: string;
  /** As it is registered with the document. */
  readonly font: string;
}

/** The fonts of a document. */
export interface Typefaces {
  /** Cut a text into pieces of one font each, in their order. */
  split(text: string, weight: Weight): readonly FontPiece[];
}

interface Face {
  readonly name: string;
  has(codePoint: number): boolean;
}

/** Register the fonts that a document's texts need. */
export async function loadTypefaces(
  document: PDFKit.PDFDocument,
  texts: readonly string[],
): Promise<Typefaces> {
  const text = texts.join('\n').normalize('NFC');
  const faces: Record<Weight, Face[]> = { regular: [], bold: [] };
  for (const weight of ['regular', 'bold'] as const) {
    const file = fileURLToPath(import.meta.resolve(roboto[weight]));
    faces[weight].push(register(document, weight, file));
  }
  const wanted = new Set(
    [...text].filter((letter) => isDrawn(letter) && !faces.regular[0]!.has(letter.codePointAt(0)!)),
  );
  if (wanted.size > 0) await addNoto(document, faces, wanted, text);
  refuseMissing(faces.regular, wanted);
  return { split: (piece, weight) => splitByFont(piece, faces[weight]) };
}

async function addNoto(
  document: PDFKit.PDFDocument,
  faces: Record<Weight, Face[]>,
  wanted: ReadonlySet<string>,
  text: string,
): Promise<void> {
  const all = await fontFilesFor(text);
  let left = [...wanted];
  const letters = [...new Set(text)].join('');
  // One after the other: a letter that a file announces and lacks is looked for in the next.
  for (const file of all) {
    const own = left.filter((letter) => file.has(letter.codePointAt(0)!));
    if (own.length === 0) continue;
    const index = faces.regular.length;
    for (const weight of ['regular', 'bold'] as const) {
      const bytes = await cutFont(file, letters, weight);
      faces[weight].push(register(document, `${weight}-${index}`, bytes));
    }
    left = left.filter((letter) => !faces.regular[index]!.has(letter.codePointAt(0)!));
  }
}

/** A font of one weight with the letters of a text and all forms that they take beside each other. */
async function cutFont(file: FontFile, letters: string, weight: Weight): Promise<Buffer> {
  return subsetFont(await readFile(file.paths[weight]), letters, {
    targetFormat: 'truetype',
    ...(file.isVariable ? { variationAxes: { wght: weights[weight] } } : {}),
  });
}

function register(document: PDFKit.PDFDocument, name: string, source: string | Buffer): Face {
  document.registerFont(name, source);
  const has = glyphsOf(document.font(name));
  return { name, has };
}

function refuseMissing(faces: readonly Face[], wanted: ReadonlySet<string>): void {
  const missing = [...wanted].filter((letter) => {
    const codePoint = letter.codePointAt(0)!;
    return !faces.some((face) => face.has(codePoint));
  });
  if (missing.length === 0) return;
  const named = missing.slice(0, mostNamed).map((letter) => {
    const code = letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    return `${letter} (U+${code})`;
  });
  const more = missing.length > mostNamed ? ` and ${missing.length - mostNamed} more` : '';
  throw new LeukoscopeError(
    'REPORT_LETTERS',
    `report must be made of letters that its fonts have. Received ${named.join(', ')}${more}. Write them otherwise, or use the HTML report.`,
  );
}

/** Letters with what belongs to them (accents, joiners, vowel signs) stay in one font. */
function splitByFont(text: string, faces: readonly Face[]): FontPiece[] {
  const pieces: { text: string; font: string }[] = [];
  for (const { segment } of new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)) {
    const last = pieces.at(-1);
    const drawn = [...segment].filter(isDrawn).map((letter) => letter.codePointAt(0)!);
    const hasAll = (face: Face) => drawn.every((codePoint) => face.has(codePoint));
    // A space or a comma between letters of one script goes with them: the fewer cuts, the better the shapes.
    const stays = /^[\p{Zs}\p{P}]$/u.test(segment)
      ? faces.find((face) => face.name === last?.font && hasAll(face))
      : undefined;
    const face =
      stays ?? faces.find(hasAll) ?? faces.find((one) => one.has(drawn[0]!)) ?? faces[0]!;
    if (last?.font === face.name) last.text += segment;
    else pieces.push({ text: segment, font: face.name });
  }
  return pieces;
}

/** Joiners, direction marks and variation selectors steer other letters and are not drawn. */
function isDrawn(letter: string): boolean {
  return !/^[\p{Default_Ignorable_Code_Point}\p{Cc}\u2028\u2029]$/u.test(letter);
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
