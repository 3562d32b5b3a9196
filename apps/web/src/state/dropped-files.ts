/**
 * @file What was dropped or chosen -> images. Folders are walked to their ends; what is no image by its
 * name is told, not sent.
 */

/** Endings the server reads; it looks into each file all the same. */
const endings = ['.jpg', '.jpeg', '.png', '.tif', '.tiff', '.webp', '.bmp'];

/** For `accept` of file inputs. */
export const acceptedEndings = endings.join(',');

/** Images, and how many other files were left out. */
export interface ChosenFiles {
  readonly images: readonly File[];
  /** Names of files that are no images, and of what could not be read. */
  readonly leftOut: readonly string[];
  /** The one folder that everything came from; undefined for loose files. */
  readonly folder: string | undefined;
}

/** Sort files into images and others, images in the order people expect of names with numbers. */
export function sortFiles(files: readonly File[], folder?: string): ChosenFiles {
  const isImage = (file: File) =>
    endings.some((ending) => file.name.toLowerCase().endsWith(ending)) && !isHidden(file.name);
  const byName = (a: File, b: File) =>
    pathOf(a).localeCompare(pathOf(b), 'en', { numeric: true, sensitivity: 'base' });
  return {
    images: files.filter(isImage).sort(byName),
    leftOut: files.filter((file) => !isImage(file) && !isHidden(file.name)).map(pathOf),
    folder: folder ?? commonFolder(files),
  };
}

/** Read what was dropped. To be called inside the event: the entries are gone after it. */
export async function readDrop(items: DataTransferItemList): Promise<ChosenFiles> {
  const entries = [...items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    return entry === null ? [] : [entry];
  });
  const unread: string[] = [];
  const files = (await Promise.all(entries.map((entry) => filesOf(entry, unread)))).flat();
  const [only] = entries;
  const chosen = sortFiles(
    files,
    entries.length === 1 && only!.isDirectory ? only!.name : undefined,
  );
  return { ...chosen, leftOut: [...chosen.leftOut, ...unread] };
}

/** Tell whether something that is dragged holds files, and not a cell or a text of the page. */
export function holdsFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') === true;
}

/** What this account may not read, or what is gone by now, holds up nothing else: its name is noted. */
async function filesOf(entry: FileSystemEntry, unread: string[]): Promise<File[]> {
  try {
    if (isFileEntry(entry)) {
      return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))];
    }
    return isFolderEntry(entry) ? await filesIn(entry, unread) : [];
  } catch {
    unread.push(entry.name);
    return [];
  }
}

async function filesIn(entry: FileSystemDirectoryEntry, unread: string[]): Promise<File[]> {
  const reader = entry.createReader();
  const files: File[] = [];
  for (;;) {
    // A reader hands out a hundred or so at a time, and nothing at the end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return files;
    files.push(...(await Promise.all(batch.map((child) => filesOf(child, unread)))).flat());
  }
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolderEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isHidden(name: string): boolean {
  return name.startsWith('.') || name === 'Thumbs.db' || name === 'desktop.ini';
}

function pathOf(file: File): string {
  return file.webkitRelativePath === '' || file.webkitRelativePath === undefined
    ? file.name
    : file.webkitRelativePath;
}

function commonFolder(files: readonly File[]): string | undefined {
  const folders = new Set(files.map((file) => pathOf(file).split('/').slice(0, -1)[0]));
  const [only] = folders;
  return folders.size === 1 ? only : undefined;
}
