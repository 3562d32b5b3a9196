/**
 * @file Tables of a FlatBuffer (https://flatbuffers.dev/internals): fields by their number, each at a place of its own or
 * absent. Every read is checked against the file's end, so that a damaged file is refused and never read outside of.
 */
import { LeukoscopeError } from '@leukoscope/core';

/** The table at which a file begins, whose mark is four letters. */
export function rootTable(bytes: Uint8Array, mark: string): FlatTable {
  const found = new TextDecoder('latin1').decode(bytes.subarray(4, 8));
  if (found !== mark) throw damaged(`the mark ${mark}`, JSON.stringify(found));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new FlatTable(view, read(view, 0, 'uint32'));
}

/** One table. A field that is absent has its type's zero. */
export class FlatTable {
  readonly #view: DataView;
  readonly #at: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  /** An unsigned number of 32 bits. */
  uint(field: number): number {
    const place = this.#placeOf(field);
    return place === undefined ? 0 : read(this.#view, place, 'uint32');
  }

  /** A signed number of 8 bits. */
  byte(field: number): number {
    const place = this.#placeOf(field);
    return place === undefined ? 0 : read(this.#view, place, 'int8');
  }

  /** A list of signed numbers of 32 bits. */
  ints(field: number): number[] {
    const { at, count } = this.#list(field, 4);
    return Array.from({ length: count }, (_, i) => read(this.#view, at + 4 * i, 'int32'));
  }

  /** A list of bytes, as they lie in the file. */
  bytes(field: number): Uint8Array {
    const { at, count } = this.#list(field, 1);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + at, count);
  }

  /** Text; empty where it is absent. */
  text(field: number): string {
    return new TextDecoder().decode(this.bytes(field));
  }

  /** A list of tables. */
  tables(field: number): FlatTable[] {
    const { at, count } = this.#list(field, 4);
    return Array.from({ length: count }, (_, i) => {
      const place = at + 4 * i;
      return new FlatTable(this.#view, place + read(this.#view, place, 'uint32'));
    });
  }

  #list(field: number, width: number): { at: number; count: number } {
    const place = this.#placeOf(field);
    if (place === undefined) return { at: 0, count: 0 };
    const start = place + read(this.#view, place, 'uint32');
    const count = read(this.#view, start, 'uint32');
    const at = start + 4;
    // Before anything of that length is made.
    if (at + count * width > this.#view.byteLength)
      throw damaged(`a list that ends within the file`, `${count} entries at ${at}`);
    return { at, count };
  }

  /** The table begins with the way back to its places: their size, its own, then one a field. */
  #placeOf(field: number): number | undefined {
    const places = this.#at - read(this.#view, this.#at, 'int32');
    const entry = 4 + 2 * field;
    if (entry + 2 > read(this.#view, places, 'uint16')) return undefined;
    const offset = read(this.#view, places + entry, 'uint16');
    return offset === 0 ? undefined : this.#at + offset;
  }
}

const widths = { int8: 1, uint16: 2, int32: 4, uint32: 4 } as const;

function read(view: DataView, at: number, type: keyof typeof widths): number {
  if (at < 0 || at + widths[type] > view.byteLength)
    throw damaged(`places within its ${view.byteLength} bytes`, String(at));
  switch (type) {
    case 'int8':
      return view.getInt8(at);
    case 'uint16':
      return view.getUint16(at, true);
    case 'int32':
      return view.getInt32(at, true);
    case 'uint32':
      return view.getUint32(at, true);
  }
}

function damaged(wanted: string, received: string): LeukoscopeError {
  return new LeukoscopeError(
    'WEIGHTS_FLATBUFFER',
    `A FlatBuffer must have ${wanted}. Received ${received}. The file is damaged; fetch it again.`,
  );
}
