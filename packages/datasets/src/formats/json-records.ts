/**
 * @file Reads the records of large JSON files one by one, with their lines, straight from the bytes.
 *
 * A record that is broken inside (Python's NaN, a stray comma) is one failed record and not a failed
 * file; a file larger than the longest possible string (0.5 GB) can be read. Lists under a repeated key
 * are joined: JSON.parse would keep the last and drop the rest without a word.
 */

/** One value of the file. */
export interface JsonRecord {
  /** From 1. */
  readonly line: number;
  /** Where it stands, for messages: `annotations[17]`. */
  readonly place: string;
  /** The value, or why it could not be read. */
  parse(): { readonly value: unknown } | { readonly reason: string };
}

/** The file cut into records. */
export interface JsonRecords {
  /** Elements of the lists at the top, by key; under '' when the file itself is a list. */
  readonly lists: ReadonlyMap<string, readonly JsonRecord[]>;
  /** The other values at the top, by key; under '' when the file is neither list nor object. */
  readonly values: ReadonlyMap<string, JsonRecord>;
  /** Where the file stops being JSON: what follows could not be cut into records. */
  readonly broken?: { readonly line: number; readonly reason: string };
}

// Deeper nesting than any annotation format has; keeps recursive readers of a record safe.
const deepest = 64;

const [QUOTE, BACKSLASH, COMMA, COLON, LINE_FEED] = [0x22, 0x5c, 0x2c, 0x3a, 0x0a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Cut a JSON file (UTF-8 bytes) into its records. */
export function readJsonRecords(bytes: Uint8Array): JsonRecords {
  const lists = new Map<string, JsonRecord[]>();
  const values = new Map<string, JsonRecord>();
  const scanner = createScanner(bytes);
  try {
    scanner.skipSpace();
    if (scanner.peek() === OPEN_OBJECT) readObject(scanner, lists, values);
    else if (scanner.peek() === OPEN_LIST) lists.set('', readList(scanner, ''));
    else values.set('', scanner.readValue('value'));
    scanner.skipSpace();
    if (scanner.peek() !== undefined) throw new Broken('text after the end of the JSON value');
    return { lists, values };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    for (const [key, records] of error.read) lists.set(key, records);
    return { lists, values, broken: { line: scanner.line(), reason: error.message } };
  }
}

/** The structure ends; carries what was read of the list in which it happened. */
class Broken extends Error {
  readonly read = new Map<string, JsonRecord[]>();
}

type Scanner = ReturnType<typeof createScanner>;

function readObject(
  scanner: Scanner,
  lists: Map<string, JsonRecord[]>,
  values: Map<string, JsonRecord>,
): void {
  scanner.expect(OPEN_OBJECT);
  scanner.skipSpace();
  while (scanner.peek() !== CLOSE_OBJECT) {
    const key = scanner.readKey();
    scanner.expect(COLON);
    scanner.skipSpace();
    if (scanner.peek() === OPEN_LIST) {
      const before = lists.get(key) ?? [];
      lists.set(key, before);
      readListInto(scanner, key, before);
    } else values.set(key, scanner.readValue(key));
    scanner.skipSpace();
    if (scanner.peek() !== COMMA) break;
    scanner.expect(COMMA);
    scanner.skipSpace();
  }
  scanner.expect(CLOSE_OBJECT);
}

function readList(scanner: Scanner, key: string): JsonRecord[] {
  const records: JsonRecord[] = [];
  try {
    readListInto(scanner, key, records);
  } catch (error) {
    if (error instanceof Broken) error.read.set(key, records);
    throw error;
  }
  return records;
}

function readListInto(scanner: Scanner, key: string, records: JsonRecord[]): void {
  scanner.expect(OPEN_LIST);
  scanner.skipSpace();
  while (scanner.peek() !== CLOSE_LIST) {
    records.push(scanner.readValue(`${key}[${records.length}]`));
    scanner.skipSpace();
    if (scanner.peek() !== COMMA) break;
    scanner.expect(COMMA);
    scanner.skipSpace();
  }
  scanner.expect(CLOSE_LIST);
}

function createScanner(bytes: Uint8Array) {
  // A UTF-8 byte order mark is no part of the value.
  let position = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let line = 1;

  const skipSpace = () => {
    for (; position < bytes.length; position++) {
      const byte = bytes[position]!;
      if (byte === LINE_FEED) line++;
      else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return;
    }
  };

  const skipString = () => {
    for (position++; position < bytes.length; position++) {
      const byte = bytes[position]!;
      if (byte === BACKSLASH) position++;
      else if (byte === LINE_FEED) line++;
      else if (byte === QUOTE) {
        position++;
        return;
      }
    }
    throw new Broken('a text is not closed');
  };

  /** Step over one value; returns how deep it was nested. */
  const skipValue = (): number => {
    const start = position;
    let depth = 0;
    let maximum = 0;
    while (position < bytes.length) {
      const byte = bytes[position]!;
      if (byte === QUOTE) skipString();
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        maximum = Math.max(maximum, ++depth);
        position++;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
        if (depth === 0) break;
        depth--;
        position++;
      } else if (depth === 0 && (byte === COMMA || byte <= 0x20)) break;
      else {
        if (byte === LINE_FEED) line++;
        position++;
      }
      if (depth === 0 && isEnd(bytes[position - 1]!)) break;
    }
    if (depth > 0) throw new Broken('a list or object is not closed');
    if (position === start) throw new Broken(`a value must stand here. Received ${seen()}`);
    return maximum;
  };

  const seen = () =>
    position < bytes.length ? JSON.stringify(String.fromCharCode(bytes[position]!)) : 'the end';

  const span = (start: number, end: number, place: string, startLine: number, depth: number) => ({
    line: startLine,
    place,
    parse: (): ReturnType<JsonRecord['parse']> => {
      if (depth > deepest)
        return { reason: `${place} must nest at most ${deepest} deep. Received ${depth}.` };
      try {
        return {
          value: JSON.parse(
            new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end)),
          ),
        };
      } catch (error) {
        return {
          reason: `${place} must be JSON. ${error instanceof Error ? error.message : error}`,
        };
      }
    },
  });

  return {
    skipSpace,
    line: () => line,
    peek: (): number | undefined => bytes[position],
    expect(byte: number): void {
      skipSpace();
      if (bytes[position] !== byte) {
        throw new Broken(
          `${JSON.stringify(String.fromCharCode(byte))} must stand here. Received ${seen()}`,
        );
      }
      position++;
    },
    readKey(): string {
      const start = position;
      if (bytes[position] !== QUOTE) throw new Broken(`a key must stand here. Received ${seen()}`);
      skipString();
      const key = span(start, position, 'key', line, 0).parse();
      if (!('value' in key) || typeof key.value !== 'string') throw new Broken('a key is no text');
      return key.value;
    },
    readValue(place: string): JsonRecord {
      const start = position;
      const startLine = line;
      const depth = skipValue();
      return span(start, position, place, startLine, depth);
    },
  };
}

function isEnd(byte: number): boolean {
  return byte === CLOSE_LIST || byte === CLOSE_OBJECT || byte === QUOTE;
}
