/**
 * @file Where importers read and exporters write: a folder on disk, dropped files in a browser, or
 * memory in tests. Paths are relative with forward slashes and never leave the folder.
 */
import { LeukoscopeError } from '@leukoscope/core';

/** A bounded part of a file, in bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Reads a part of one file. */
export type ReadRange = (range: ByteRange) => Promise<Uint8Array>;

/** A readable tree of files. */
export interface Folder {
  /** The folder's own name, used as a data set's name. */
  readonly name: string;
  /** List all files below, sorted as numbers and letters read ("2.jpg" before "10.jpg"). */
  list(): Promise<readonly string[]>;
  /** Read a file or a part of it; a range past the end gives the bytes there are. */
  read(file: string, range?: ByteRange): Promise<Uint8Array>;
}

/** A place to write files to. */
export interface FolderSink {
  write(file: string, content: string | Uint8Array): Promise<void>;
}

/** Make a folder in memory from texts and bytes by path; what is written can be read back. */
export function memoryFolder(
  files: Readonly<Record<string, string | Uint8Array>> = {},
  name = 'memory',
): Folder & FolderSink {
  const contents = new Map<string, Uint8Array>();
  const put = (file: string, content: string | Uint8Array) => {
    contents.set(
      checkRelativePath(file),
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    );
  };
  for (const [file, content] of Object.entries(files)) put(file, content);
  return {
    name,
    list: async () => sortFiles([...contents.keys()]),
    read: async (file, range) => {
      const bytes = contents.get(file);
      if (bytes === undefined) {
        throw new LeukoscopeError('FILE_MISSING', `${file} must be a file of ${name}. Found none.`);
      }
      return range === undefined
        ? bytes
        : bytes.subarray(range.offset, range.offset + range.length);
    },
    write: async (file, content) => put(file, content),
  };
}

const natural = new Intl.Collator('en', { numeric: true });

/** Sort paths as people read numbers: "2.jpg" before "10.jpg"; ties by code units. */
export function sortFiles(files: readonly string[]): string[] {
  return [...files].sort((a, b) => natural.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0));
}

/** Return the path when it stays inside the folder; throw otherwise. */
export function checkRelativePath(file: string): string {
  const parts = file.split('/');
  if (
    file === '' ||
    file.includes('\\') ||
    file.includes('\0') ||
    parts.includes('..') ||
    parts[0] === '' ||
    /^[a-z]:/i.test(file)
  ) {
    throw new LeukoscopeError(
      'PATH_OUTSIDE',
      `path must be relative, with forward slashes, inside the folder. Received ${JSON.stringify(file)}.`,
    );
  }
  return file;
}
