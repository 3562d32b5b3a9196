/**
 * @file Checks every page of an embedded database against its checksum, as PostgreSQL's pg_checksums does:
 * tables, indexes, catalogues, whatever a query would happen to read.
 *
 * A page has 8,192 bytes; its checksum (FNV-1a in 32 lanes, folded to 16 bits, with the page's number) stands at
 * byte 8. Reference: PostgreSQL 18, src/include/storage/checksum_impl.h.
 */
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import path from 'node:path';

const pageBytes = 8192;
const checksumAt = 8;
const upperAt = 14;
/** A relation's next file begins after 1 GiB. */
const pagesPerSegment = 131_072;
const lanes = 32;
const prime = 16_777_619;
const offsets = Uint32Array.of(
  0x5b1f36e9,
  0xb8525960,
  0x02ab50aa,
  0x1de66d2a,
  0x79ff467a,
  0x9bb9f8a3,
  0x217e7cd2,
  0x83e13d2c,
  0xf8d4474f,
  0xe39eb970,
  0x42c6ae16,
  0x993216fa,
  0x7b093b5d,
  0x98daff3c,
  0xf718902a,
  0x0b1c9cdb,
  0xe58f764b,
  0x187636bc,
  0x5d7b3bb1,
  0xe73de7de,
  0x92bec979,
  0xcca6c0b2,
  0x304a0979,
  0x85aa43d4,
  0x783125bb,
  0x6ca8eaa2,
  0xe407eac6,
  0x4b5cfc3e,
  0x9fbf8c76,
  0x15ca20be,
  0xf2ca9fd3,
  0x959bd756,
);

/** Return a line for each file with damaged pages. The database may be open in this process, but in no other. */
export function findDamagedPages(dataFolder: string): string[] {
  const findings: string[] = [];
  const base = path.join(dataFolder, 'base');
  const folders = readdirSync(base).map((name) => path.join(base, name));
  for (const folder of [path.join(dataFolder, 'global'), ...folders]) {
    for (const name of readdirSync(folder).sort()) {
      const parts = /^\d+(?:_fsm|_vm|_init)?(?:\.(\d+))?$/.exec(name);
      if (parts === null) continue;
      const how = faultOf(path.join(folder, name), Number(parts[1] ?? 0) * pagesPerSegment);
      if (how === undefined) continue;
      findings.push(`database file ${path.relative(dataFolder, path.join(folder, name))}: ${how}.`);
    }
  }
  return findings;
}

function faultOf(file: string, firstPage: number): string | undefined {
  const { size } = statSync(file);
  const damaged: number[] = [];
  const page = Buffer.alloc(pageBytes);
  const handle = openSync(file, 'r');
  try {
    for (let at = 0; at + pageBytes <= size; at += pageBytes) {
      readSync(handle, page, 0, pageBytes, at);
      const number = firstPage + at / pageBytes;
      if (!isSound(page, number)) damaged.push(number);
    }
  } finally {
    closeSync(handle);
  }
  if (damaged.length > 0) {
    const first = damaged.slice(0, 5).join(', ');
    return `${damaged.length} damaged page(s): ${first}${damaged.length > 5 ? ', ...' : ''}`;
  }
  return size % pageBytes === 0 ? undefined : 'its last page is cut off';
}

function isSound(page: Buffer, number: number): boolean {
  // A page that was never used is all zeros; zeros in its head alone are damage.
  if (page.readUInt16LE(upperAt) === 0) return page.every((byte) => byte === 0);
  return page.readUInt16LE(checksumAt) === checksumOf(page, number);
}

/** Compute the checksum of a page: 1 to 65,535. */
export function checksumOf(page: Buffer, number: number): number {
  const words = new Uint32Array(pageBytes / 4);
  for (let i = 0; i < words.length; i++) words[i] = page.readUInt32LE(i * 4);
  // The checksum's own two bytes count as zeros.
  words[checksumAt / 4]! &= 0xffff0000;
  const sums = offsets.slice();
  // s' = (s ^ w) * prime ^ ((s ^ w) >> 17)
  const mix = (lane: number, word: number) => {
    const mixed = (sums[lane]! ^ word) >>> 0;
    sums[lane] = Math.imul(mixed, prime) ^ (mixed >>> 17);
  };
  for (let i = 0; i < words.length; i++) mix(i % lanes, words[i]!);
  for (let round = 0; round < 2; round++) for (let lane = 0; lane < lanes; lane++) mix(lane, 0);
  let all = 0;
  for (const sum of sums) all ^= sum;
  return (((all ^ number) >>> 0) % 65_535) + 1;
}
