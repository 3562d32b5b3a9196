/**
 * @file Pictures of cells: cut where images are decoded (picture-host.ts), and kept for a while.
 *
 * Whoever looks at one cell of a field soon looks at the others: when nobody waits, the rest of the field is
 * cut ahead, so that an image is decoded once for all its cells and not once for each. Cells that are waited
 * for go first, fields in turns.
 */
import type { Box } from '@leukoscope/core';
import { type SquareSize, squareAround } from './crop-square.ts';

const atOnce = 16;
const mostAhead = 256;
const mostSheets = 4096;

/** A picture of a cell. */
export interface CropWish {
  /** Of the image. */
  readonly sha256: string;
  readonly box: Box;
  /** Of the square around the cell. */
  readonly square: SquareSize;
  /** Side of the picture in pixels. */
  readonly side: number;
}

/** What a cutter works with. */
export interface CropCutterOptions {
  /** Cut squares out of an image: a picture each. */
  readonly cut: (
    sha256: string,
    squares: readonly Box[],
    side: number,
  ) => Promise<readonly Uint8Array[]>;
  /** Most bytes of pictures that are kept; what was asked for longest ago goes. @default 64 MiB */
  readonly limitBytes?: number;
}

/** Gives pictures of cells. */
export interface CropCutter {
  /** `others` lists boxes of the same image that will be wanted next; asked when the image is new here. */
  get(wish: CropWish, others?: () => Promise<readonly Box[]>): Promise<Uint8Array>;
}

/** Pictures of one image at one size and zoom. */
interface Sheet {
  readonly sha256: string;
  readonly side: number;
  /** By their keys; waited for. */
  readonly asked: Map<string, Waiting>;
  /** By their keys; nobody waits. */
  readonly ahead: Map<string, Box>;
}

interface Waiting extends PromiseWithResolvers<Uint8Array> {
  readonly square: Box;
}

/** Make a cutter. */
export function createCropCutter(options: CropCutterOptions): CropCutter {
  const { cut, limitBytes = 64 * 2 ** 20 } = options;
  // Both in the order of their last use.
  const kept = new Map<string, Uint8Array>();
  const begun = new Set<string>();
  const sheets = new Map<string, Sheet>();
  let sizeBytes = 0;
  let isBusy = false;

  const keep = (key: string, picture: Uint8Array) => {
    sizeBytes += picture.byteLength - (kept.get(key)?.byteLength ?? 0);
    kept.delete(key);
    kept.set(key, picture);
    for (const [oldest, old] of kept) {
      if (sizeBytes <= limitBytes) break;
      kept.delete(oldest);
      sizeBytes -= old.byteLength;
    }
  };

  const sheetOf = (name: string, { sha256, side }: CropWish): Sheet => {
    const known = sheets.get(name);
    if (known !== undefined) return known;
    const sheet: Sheet = { sha256, side, asked: new Map(), ahead: new Map() };
    sheets.set(name, sheet);
    return sheet;
  };

  const cutAhead = async (name: string, wish: CropWish, others: readonly Box[]) => {
    const sheet = sheetOf(name, wish);
    for (const box of others.slice(0, mostAhead)) {
      const square = squareAround(box, wish.square);
      sheet.ahead.set(keyOf(name, square), square);
    }
    await work();
  };

  const work = async () => {
    if (isBusy) return;
    isBusy = true;
    for (let name = nextSheet(sheets); name !== undefined; name = nextSheet(sheets)) {
      const sheet = sheets.get(name)!;
      // To the end of the line, so that no field waits for all of another.
      sheets.delete(name);
      sheets.set(name, sheet);
      await cutSome(sheet);
      if (sheet.asked.size === 0 && sheet.ahead.size === 0) sheets.delete(name);
    }
    isBusy = false;
  };

  const cutSome = async (sheet: Sheet) => {
    const { asked, ahead, sha256, side } = sheet;
    const waiting = [...asked].slice(0, atOnce);
    const squares = new Map(waiting.map(([key, { square }]) => [key, square]));
    for (const [key, square] of waiting.length > 0 ? [] : ahead) {
      ahead.delete(key);
      if (!kept.has(key)) squares.set(key, square);
      if (squares.size === atOnce) break;
    }
    if (squares.size === 0) return;
    try {
      const pictures = await cut(sha256, [...squares.values()], side);
      for (const [i, key] of [...squares.keys()].entries()) {
        // A copy: what comes from another process lies in the memory of its whole message.
        const picture = pictures[i]!.slice();
        keep(key, picture);
        asked.get(key)?.resolve(picture);
      }
    } catch (error) {
      for (const [, { reject }] of waiting) reject(error);
      ahead.clear();
    }
    for (const [key] of waiting) asked.delete(key);
  };

  return {
    get: (wish, others) => {
      const name = `${wish.sha256} ${wish.side} ${JSON.stringify(wish.square)}`;
      const square = squareAround(wish.box, wish.square);
      const key = keyOf(name, square);
      const known = kept.get(key);
      if (known !== undefined) {
        keep(key, known);
        return Promise.resolve(known);
      }
      const { asked } = sheetOf(name, wish);
      const waiting = asked.get(key) ?? { square, ...Promise.withResolvers<Uint8Array>() };
      asked.set(key, waiting);
      void work();
      if (others !== undefined && !begun.has(name)) {
        begun.add(name);
        for (const oldest of begun) {
          if (begun.size <= mostSheets) break;
          begun.delete(oldest);
        }
        // Cutting ahead is a favour: whoever asked hears of faults by their own picture.
        others().then(
          (boxes) => cutAhead(name, wish, boxes),
          () => begun.delete(name),
        );
      }
      return waiting.promise;
    },
  };
}

/** What is waited for goes before what is cut ahead. */
function nextSheet(sheets: ReadonlyMap<string, Sheet>): string | undefined {
  let ahead: string | undefined;
  for (const [name, sheet] of sheets) {
    if (sheet.asked.size > 0) return name;
    if (sheet.ahead.size > 0) ahead ??= name;
  }
  return ahead;
}

function keyOf(name: string, { x1, y1, x2 }: Box): string {
  return `${name} ${x1} ${y1} ${x2}`;
}
