/**
 * @file Files that were chosen and have not arrived, remembered in the browser, so that the same
 * file goes on where it stopped after a reload, a crash or a closed laptop.
 *
 * A page cannot keep a file itself: the person drops or chooses it again. It is the same file when name,
 * size and time of change are the same; the server compares the hash at the end all the same.
 */

/** What identifies a file for a browser. */
export type FileFacts = Pick<File, 'name' | 'size' | 'lastModified'>;

/** The part of `localStorage` that is needed. */
export type UploadStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** A file that has not arrived. */
export interface RememberedUpload {
  /** Null: it waited for others before it, and the server does not know it yet. */
  readonly uploadId: string | null;
  readonly caseId: string;
  readonly caseNumber: string;
  readonly fileName: string;
}

/** What was chosen and has not arrived. */
export interface UploadMemory {
  find(file: FileFacts): RememberedUpload | undefined;
  keep(file: FileFacts, upload: RememberedUpload): void;
  forget(file: FileFacts): void;
  /** Everything that is kept, by key. */
  all(): readonly RememberedUpload[];
  forgetUpload(upload: RememberedUpload): void;
}

const storageKey = 'leukoscope.uploads';

/** Open the memory. */
export function openUploadMemory(storage: UploadStorage): UploadMemory {
  const read = (): Record<string, RememberedUpload> => parseMemory(storage.getItem(storageKey));
  const write = (kept: Record<string, RememberedUpload>) => {
    if (Object.keys(kept).length === 0) storage.removeItem(storageKey);
    else storage.setItem(storageKey, JSON.stringify(kept));
  };
  return {
    find: (file) => read()[keyOf(file)],
    keep: (file, upload) => write({ ...read(), [keyOf(file)]: upload }),
    forget(file) {
      const { [keyOf(file)]: _, ...rest } = read();
      write(rest);
    },
    all: () => Object.values(read()),
    forgetUpload({ uploadId, caseId, fileName }) {
      const isOther = (kept: RememberedUpload) =>
        kept.uploadId !== uploadId || kept.caseId !== caseId || kept.fileName !== fileName;
      write(Object.fromEntries(Object.entries(read()).filter(([, kept]) => isOther(kept))));
    },
  };
}

function keyOf({ name, size, lastModified }: FileFacts): string {
  return `${name}|${size}|${lastModified}`;
}

/** Text that is not ours (an older version's, a person's) means: nothing is remembered. */
function parseMemory(text: string | null): Record<string, RememberedUpload> {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, RememberedUpload>)
      : {};
  } catch {
    return {};
  }
}
