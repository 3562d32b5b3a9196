/**
 * @file Where image files lie: addressed by the SHA-256 of their content, written once, never changed.
 *
 * The same file given twice is kept once, a name can never leave the store, and a flipped byte is
 * found by reading: every read checks the hash.
 */
import { LeukoscopeError } from '@leukoscope/core';

/** A file in the store. */
export interface StoredFile {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Keeps files. `put` resolves when the file would survive a power cut. */
export interface FileStore {
  put(source: Uint8Array | { readonly file: string }): Promise<StoredFile>;
  /** Read a whole file, checked against its hash. */
  read(sha256: string): Promise<Uint8Array>;
  has(sha256: string): Promise<boolean>;
  list(): AsyncIterable<string>;
  /** Throw unless files can be written and read now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** Throw unless a text is a SHA-256, which makes it a safe name. */
export function checkHash(sha256: string): void {
  if (/^[0-9a-f]{64}$/.test(sha256)) return;
  throw new LeukoscopeError(
    'STORE_HASH',
    `file must be named by 64 hexadecimal digits. Received ${JSON.stringify(sha256.slice(0, 80))}.`,
  );
}

/** Say that a file is not there. */
export function fileGone(sha256: string): LeukoscopeError {
  return new LeukoscopeError(
    'STORE_GONE',
    `file must be in the store. Received ${sha256}, which is not there. Restore it from a backup.`,
  );
}

/** Say that a file's bytes have changed since it was stored. */
export function fileDamaged(sha256: string, found: string): LeukoscopeError {
  return new LeukoscopeError(
    'STORE_DAMAGED',
    `file must have the content it was stored with. Received ${sha256} with the hash ${found}. Restore it from a backup and check the disk.`,
  );
}
