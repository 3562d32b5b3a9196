/**
 * @file A text -> lines of pieces from left to right, in the order in which eyes meet them (UAX #9 by
 * bidi-js). Lines break at spaces and where writing without spaces allows it.
 *
 * fontkit turns letters of right-to-left scripts around by itself; whatever else must stand the other way
 * round is turned here.
 */
/// <reference path="./bidi-js.d.ts" />
import bidiFactory from 'bidi-js/dist/bidi.mjs';
import type { Weight } from './font-files.ts';
import type { FontPiece, Typefaces } from './typefaces.ts';

const bidi = bidiFactory();
/** Scripts whose letters fontkit lays out from right to left. */
const turned = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thaana}]/u;
/** Scripts that break between words without spaces. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** A line. */
export interface TextLine {
  /** As it is read. */
  readonly text: string;
  readonly pieces: readonly (FontPiece & { readonly width: number })[];
  readonly width: number;
  /** Its paragraph begins at the right. */
  readonly isRtl: boolean;
  /** Some of it runs from right to left. */
  readonly hasRtl: boolean;
  /** Some of it is in a script whose signs reach higher and lower than Latin ones. */
  readonly isTall: boolean;
}

/** What measures and cuts. */
export interface TextSetting {
  readonly faces: Typefaces;
  readonly weight: Weight;
  readonly width: number;
  measure(piece: FontPiece): number;
}

/** Break a text into lines. */
export function setLines(text: string, setting: TextSetting): TextLine[] {
  return clean(text)
    .split('\n')
    .flatMap((paragraph) => setParagraph(paragraph, setting));
}

/** Set a text as one line, cut with an ellipsis where it is too long. */
export function setLine(text: string, setting: TextSetting): TextLine {
  const whole = clean(text).replaceAll('\n', ' ');
  const line = (shown: string) => layLine(shown, levelsOf(shown), 0, shown.length, setting);
  const full = line(whole);
  if (full.width <= setting.width) return full;
  const clusters = graphemes(whole);
  let low = 0;
  let high = clusters.length;
  // The most clusters that fit, by halving.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (line(`${clusters.slice(0, middle).join('')}…`).width <= setting.width) low = middle;
    else high = middle - 1;
  }
  return line(`${clusters.slice(0, low).join('')}…`);
}

/** One form for each letter; tabs and other controls are spaces. */
function clean(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(/[^\P{Cc}\n]/gu, ' ');
}

function setParagraph(text: string, setting: TextSetting): TextLine[] {
  const levels = levelsOf(text);
  const lines: TextLine[] = [];
  let start = 0;
  let end = 0;
  const widthTo = (to: number) => layLine(text, levels, start, to, setting).width;
  for (const next of breaksOf(text)) {
    if (end > start && widthTo(next) > setting.width) {
      lines.push(layLine(text, levels, start, end, setting));
      start = end;
    }
    // A word that is longer than a line breaks between any two letters.
    while (widthTo(next) > setting.width) {
      let to = start;
      for (const cluster of graphemes(text.slice(start, next))) {
        if (to > start && widthTo(to + cluster.length) > setting.width) break;
        to += cluster.length;
      }
      if (to >= next) break;
      lines.push(layLine(text, levels, start, to, setting));
      start = to;
    }
    end = next;
  }
  lines.push(layLine(text, levels, start, text.length, setting));
  return lines;
}

/** Ends of what must stay on one line. */
function breaksOf(text: string): number[] {
  const ends: number[] = [];
  let before = '';
  for (const { segment, index } of new Intl.Segmenter('und', { granularity: 'word' }).segment(
    text,
  )) {
    const isOpening = /^[\p{Ps}\p{Pi}]/u.test(segment) || !/^[\p{P}\p{M}]/u.test(segment);
    if (/\s$/.test(before) && !/^\s/.test(segment)) ends.push(index);
    else if (isOpening && (unspaced.test(before) || unspaced.test(segment)) && index > 0) {
      if (!/[\p{Ps}\p{Pi}]$/u.test(before) && !/^\s/.test(segment)) ends.push(index);
    }
    before = segment;
  }
  return [...ends, text.length];
}

interface Levels {
  readonly levels: Uint8Array;
  readonly isRtl: boolean;
}

function levelsOf(text: string): Levels {
  const { levels, paragraphs } = bidi.getEmbeddingLevels(text);
  return { levels, isRtl: ((paragraphs[0]?.level ?? 0) & 1) === 1 };
}

function layLine(
  text: string,
  { levels, isRtl }: Levels,
  start: number,
  end: number,
  setting: TextSetting,
): TextLine {
  const shown = text.slice(start, end).trimEnd();
  const runs: { text: string; level: number }[] = [];
  for (let i = 0; i < shown.length; i++) {
    const level = levels[start + i]!;
    const last = runs.at(-1);
    if (last?.level === level) last.text += shown[i];
    else runs.push({ text: shown[i]!, level });
  }
  const pieces = reorder(runs).flatMap(({ text: run, level }) => {
    const isOdd = (level & 1) === 1;
    const cut = setting.faces.split(run, setting.weight);
    return (isOdd ? [...cut].reverse() : cut).map((piece) => {
      const turnedPiece = { ...piece, text: turn(piece.text, isOdd) };
      return { ...turnedPiece, width: setting.measure(turnedPiece) };
    });
  });
  return {
    text: shown,
    pieces,
    width: pieces.reduce((sum, piece) => sum + piece.width, 0),
    isRtl,
    hasRtl: runs.some(({ level }) => (level & 1) === 1),
    isTall: pieces.some(({ font }) => font !== 'regular' && font !== 'bold'),
  };
}

/** Rule L2: from the highest level to the lowest odd one, turn what lies at it or above. */
function reorder<Run extends { readonly level: number }>(runs: readonly Run[]): Run[] {
  const order = [...runs];
  const highest = Math.max(0, ...runs.map(({ level }) => level));
  for (let level = highest; level >= 1; level--) {
    for (let from = 0; from < order.length; from++) {
      if (order[from]!.level < level) continue;
      let to = from;
      while (to < order.length && order[to]!.level >= level) to++;
      order.splice(from, to - from, ...order.slice(from, to).reverse());
      from = to;
    }
  }
  return order;
}

function turn(text: string, isRtl: boolean): string {
  const shown = isRtl
    ? graphemes(text)
        .map((letter) => bidi.getMirroredCharacter(letter) ?? letter)
        .join('')
    : text;
  return turned.test(shown) === isRtl ? shown : graphemes(shown).reverse().join('');
}

function graphemes(text: string): string[] {
  return [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)].map(
    ({ segment }) => segment,
  );
}
