import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { ExtraMemory } from './extra-memory.ts';
import { listZipEntries, readZipEntry } from './zip-entries.ts';

const content = Uint8Array.from({ length: 3000 }, (_, i) => i % 7);
const memory = () => new ExtraMemory(10_000);

/** Change a field of the directory entry of the first file, or of the end record. */
function patch(archive: Uint8Array, mark: number, offset: number, value: number, width: 2 | 4) {
  const bytes = archive.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (view.getUint32(at, true) !== mark) continue;
    if (width === 2) view.setUint16(at + offset, value, true);
    else view.setUint32(at + offset, value, true);
    return bytes;
  }
  throw new Error('internal: no such mark');
}

const directory = 0x02014b50;
const read = (archive: Uint8Array, name = 'a/b') =>
  readZipEntry(archive, listZipEntries(archive).get(name)!, memory());

test.each([0, 6] as const)(
  'reads entries of compression level %d written by another program',
  (level) => {
    const archive = zipSync({ 'a/b': content, empty: new Uint8Array(0) }, { level });
    expect([...listZipEntries(archive).keys()]).toEqual(['a/b', 'empty']);
    expect(read(archive)).toEqual(content);
    expect(read(archive, 'empty').length).toBe(0);
    expect(read(archive).buffer === archive.buffer).toBe(level === 0);
  },
);

test('finds the directory behind a comment', () => {
  const archive = zipSync({ 'a/b': content }, { level: 0 });
  const comment = new TextEncoder().encode('PK\x05\x06 a comment');
  const longer = Uint8Array.of(...archive, ...comment);
  const end = archive.length - 2;
  longer[end] = comment.length;
  expect(read(longer)).toEqual(content);
});

test('reads sizes and places of zip64 archives', () => {
  const archive = zipSync({ 'a/b': content }, { level: 0 });
  const at = new DataView(archive.buffer).getUint32(archive.length - 6, true);
  const entry = archive.slice(at, archive.length - 22);
  const view = new DataView(entry.buffer);
  // In the directory: sizes and place in an extra field of kind 1, 24 bytes.
  for (const field of [20, 24, 42]) view.setUint32(field, 0xffffffff, true);
  view.setUint16(30, 28, true);
  const extra = new DataView(new ArrayBuffer(28));
  extra.setUint16(0, 1, true);
  extra.setUint16(2, 24, true);
  extra.setBigUint64(4, 3000n, true);
  extra.setBigUint64(12, 3000n, true);
  extra.setBigUint64(20, 0n, true);
  // The zip64 end record (56 bytes), its locator (20 bytes), and the usual end, which only points on.
  const record = new DataView(new ArrayBuffer(56));
  const recordAt = at + entry.length + 28;
  record.setUint32(0, 0x06064b50, true);
  record.setBigUint64(32, 1n, true);
  record.setBigUint64(48, BigInt(at), true);
  const locator = new DataView(new ArrayBuffer(20));
  locator.setUint32(0, 0x07064b50, true);
  locator.setBigUint64(8, BigInt(recordAt), true);
  const end = archive.slice(archive.length - 22);
  end.fill(0xff, 8, 20);
  const parts = [archive.subarray(0, at), entry, extra, record, locator, end];
  const zip64 = Buffer.concat(
    parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength)),
  );
  expect(read(zip64)).toEqual(Buffer.from(content));
});

test.each<[string, (archive: Uint8Array) => Uint8Array, RegExp]>([
  ['without a directory', (a) => a.subarray(0, a.length - 1), /directory must be at its end/],
  ['that is encrypted', (a) => patch(a, directory, 8, 1, 2), /must not be encrypted/],
  ['of another compression', (a) => patch(a, directory, 10, 12, 2), /Received method 12/],
  ['that holds more than stated', (a) => patch(a, directory, 24, 2999, 4), /2999 bytes.*3000/],
  ['that holds less than stated', (a) => patch(a, directory, 24, 3001, 4), /3001 bytes.*3000/],
  ['that claims a bomb', (a) => patch(a, directory, 24, 2 ** 31, 4), /at most 1032 times/],
  ['larger than allowed', (a) => patch(a, directory, 24, 10_001, 4), /at most 10000 bytes/],
  ['whose place is wrong', (a) => patch(a, directory, 42, 5, 4), /must begin with its mark/],
  ['whose place is outside', (a) => patch(a, directory, 42, 2 ** 30, 4), /more bytes are needed/],
  ['whose directory is elsewhere', (a) => patch(a, 0x06054b50, 16, 3, 4), /entry must begin here/],
  ['that is not deflated', (a) => patch(a, directory, 20, 3, 4), /compressed properly|3000 bytes/],
])('refuses an entry %s', (_, change, message) => {
  const archive = zipSync({ 'a/b': content });
  expect(() => read(change(archive))).toThrow(message);
});

test('refuses stored entries of two sizes, and names that occur twice', () => {
  const archive = zipSync({ 'a/b': content, 'a/c': content }, { level: 0 });
  expect(() => read(patch(archive, directory, 24, 5, 4))).toThrow('as many bytes as it holds');
  const at = Buffer.from(archive).lastIndexOf('a/c');
  const twice = archive.slice();
  twice.set(new TextEncoder().encode('a/b'), at);
  expect(() => listZipEntries(twice)).toThrow('"a/b" twice');
});
