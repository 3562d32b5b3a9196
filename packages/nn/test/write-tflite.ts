/** @file Writes small TensorFlow Lite models for tests: tables of a FlatBuffer, each followed by what it refers to. */

/** Fields of a table by number. */
export type Fields = Readonly<Record<number, Field>>;

/** One field. */
export type Field =
  | { readonly uint: number }
  | { readonly byte: number }
  | { readonly ints: readonly number[] }
  | { readonly bytes: Uint8Array }
  | { readonly text: string }
  | { readonly tables: readonly Fields[] };

/** Write a root table behind the mark of TensorFlow Lite. */
export function writeFlatBuffer(root: Fields): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [0, 0, 0, 0, ...new TextEncoder().encode('TFL3')];
  const put = (at: number, value: number) => {
    for (let i = 0; i < 4; i++) bytes[at + i] = (value >>> (8 * i)) & 255;
  };
  const align = () => {
    while (bytes.length % 4 !== 0) bytes.push(0);
  };
  const writeTable = (fields: Fields): number => {
    align();
    const numbers = Object.keys(fields).map(Number);
    const most = Math.max(-1, ...numbers);
    const places = bytes.length;
    const size = 4 + 2 * (most + 1);
    bytes.push(size & 255, size >> 8, 4 + 4 * numbers.length, 0);
    for (let field = 0; field <= most; field++) {
      const place = numbers.indexOf(field);
      bytes.push(place < 0 ? 0 : 4 + 4 * place, 0);
    }
    align();
    const table = bytes.length;
    bytes.push(...new Array<number>(4 + 4 * numbers.length).fill(0));
    put(table, table - places);
    numbers.forEach((field, i) => {
      const at = table + 4 + 4 * i;
      const value = fields[field]!;
      if ('uint' in value) put(at, value.uint);
      else if ('byte' in value) bytes[at] = value.byte & 255;
      else put(at, writeList(value) - at);
    });
    return table;
  };
  const writeList = (field: Exclude<Field, { uint: number } | { byte: number }>): number => {
    align();
    const at = bytes.length;
    if ('ints' in field) {
      bytes.push(...new Array<number>(4 + 4 * field.ints.length).fill(0));
      put(at, field.ints.length);
      field.ints.forEach((value, i) => {
        put(at + 4 + 4 * i, value);
      });
      return at;
    }
    if ('tables' in field) {
      bytes.push(...new Array<number>(4 + 4 * field.tables.length).fill(0));
      put(at, field.tables.length);
      field.tables.forEach((table, i) => {
        put(at + 4 + 4 * i, writeTable(table) - (at + 4 + 4 * i));
      });
      return at;
    }
    const own = 'text' in field ? new TextEncoder().encode(field.text) : field.bytes;
    bytes.push(0, 0, 0, 0, ...own);
    put(at, own.length);
    return at;
  };
  put(0, writeTable(root));
  return Uint8Array.from(bytes);
}

/** A tensor: its shape, and its values where it is stored. */
export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** 0 float32, 1 float16, 9 int8. */
  readonly type?: number;
  readonly data?: ArrayBufferView;
}

/** A node: builtin operator and tensors by place. */
export interface TfliteNode {
  readonly operator: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** Write a model of one graph. */
export function writeTflite(
  tensors: readonly TfliteTensor[],
  nodes: readonly TfliteNode[],
  version = 3,
): Uint8Array<ArrayBuffer> {
  const codes = [...new Set(nodes.map(({ operator }) => operator))];
  const buffers: Fields[] = [{}];
  const stored = tensors.map(({ name, shape, type = 0, data }): Fields => {
    if (data !== undefined) {
      buffers.push({
        0: { bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) },
      });
    }
    return {
      0: { ints: shape },
      1: { byte: type },
      2: { uint: data === undefined ? 0 : buffers.length - 1 },
      3: { text: name },
    };
  });
  return writeFlatBuffer({
    0: { uint: version },
    1: { tables: codes.map((code) => ({ 0: { byte: code }, 3: { uint: code } })) },
    2: {
      tables: [
        {
          0: { tables: stored },
          3: {
            tables: nodes.map(({ operator, inputs, outputs }) => ({
              0: { uint: codes.indexOf(operator) },
              1: { ints: inputs },
              2: { ints: outputs },
            })),
          },
        },
      ],
    },
    3: { text: 'made for a test' },
    4: { tables: buffers },
  });
}
