/**
 * @file Reads what a PDF of pdfkit says: the text of each page, through the fonts' own tables of Unicode
 * (ToUnicode), and how many pictures it holds. Enough for tests, not for any PDF.
 */
import { inflateSync } from 'node:zlib';

/** What a PDF says. */
export interface ReadPdf {
  /** Text by page; pieces in the order in which they were written, parted by spaces. */
  readonly pages: readonly string[];
  readonly pictures: number;
}

/** Read a PDF. */
export function readPdf(bytes: Uint8Array): ReadPdf {
  const objects = readObjects(Buffer.from(bytes).toString('latin1'));
  const fonts = new Map<string, ReadonlyMap<number, string>>();
  for (const body of objects.values()) {
    for (const [, name, id] of body.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const table = /\/ToUnicode (\d+) 0 R/.exec(objects.get(Number(id)) ?? '')?.[1];
      if (table !== undefined) fonts.set(name!, readTable(streamOf(objects.get(Number(table))!)));
    }
  }
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\b/.test(body));
  return {
    pages: pages.map((page) => {
      const content = /\/Contents (\d+) 0 R/.exec(page)![1];
      return textOf(streamOf(objects.get(Number(content))!), fonts);
    }),
    pictures: [...objects.values()].filter((body) => /\/Subtype \/Image\b/.test(body)).length,
  };
}

function readObjects(file: string): ReadonlyMap<number, string> {
  const found = file.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g);
  return new Map([...found].map(([, id, body]) => [Number(id), body!]));
}

function streamOf(body: string): string {
  const start = body.indexOf('stream\n') + 'stream\n'.length;
  const data = Buffer.from(body.slice(start, body.lastIndexOf('\nendstream')), 'latin1');
  return body.includes('/FlateDecode')
    ? inflateSync(data).toString('latin1')
    : data.toString('latin1');
}

/** `<0000> <0003> [<0041> <0042> ...]`: glyphs in a row and what they mean, as UTF-16. */
function readTable(table: string): ReadonlyMap<number, string> {
  const meanings = new Map<number, string>();
  for (const [, from, list] of table.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/gi)) {
    [...list!.matchAll(/<([^>]*)>/g)].forEach(([, code], i) => {
      const units = [...code!.matchAll(/[0-9a-f]{4}/gi)].map(([unit]) => Number.parseInt(unit, 16));
      meanings.set(Number.parseInt(from!, 16) + i, String.fromCharCode(...units));
    });
  }
  return meanings;
}

function textOf(content: string, fonts: ReadonlyMap<string, ReadonlyMap<number, string>>): string {
  let font: ReadonlyMap<number, string> = new Map();
  const pieces: string[] = [];
  for (const [, name, array] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (name !== undefined) {
      font = fonts.get(name)!;
      continue;
    }
    const glyphs = [...array!.matchAll(/<([0-9a-f]*)>/gi)].flatMap(([, hex]) =>
      [...hex!.matchAll(/[0-9a-f]{4}/gi)].map(([glyph]) => Number.parseInt(glyph, 16)),
    );
    pieces.push(glyphs.map((glyph) => font.get(glyph) ?? '\ufffd').join(''));
  }
  return pieces.join(' ').replaceAll(/ +/g, ' ');
}
