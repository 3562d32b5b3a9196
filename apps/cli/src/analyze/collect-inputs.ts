/**
 * @file What the operands name: files, folders, patterns -> image files, each once, each with a short
 * name for reports and the case it belongs to.
 */
import { glob, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { sortFiles } from '@leukoscope/datasets';
import { reportOf } from '../framework/report-error.ts';

/** One image file to analyse. */
export interface InputFile {
  /** To open it. */
  readonly path: string;
  /** As reports show it: with forward slashes, from the folder that holds all inputs. */
  readonly name: string;
}

/** A path that names nothing. */
export interface FailedInput {
  readonly file: string;
  readonly code: string;
  readonly reason: string;
}

/** Everything that was named. */
export interface CollectedInputs {
  readonly files: readonly InputFile[];
  readonly failed: readonly FailedInput[];
}

const imageEndings = /\.(jpe?g|png|bmp|dib|tiff?|webp)$/i;
const patternSigns = /[*?[\]{}]/;

/** Find the image files that operands name. */
export async function collectInputs(
  operands: readonly string[],
  isRecursive: boolean,
): Promise<CollectedInputs> {
  const failed: FailedInput[] = [];
  const found = new Map<string, string>();
  for (const operand of operands) {
    try {
      const files = await filesOf(operand, isRecursive);
      if (files.length === 0) {
        const cure = isRecursive ? '' : ' Give --recursive to look into subfolders.';
        failed.push({
          file: operand,
          code: 'CLI_INPUT',
          reason: `must hold JPEG, PNG, BMP, TIFF or WebP images. Found none.${cure}`,
        });
      }
      for (const file of files) {
        // The same file through two operands or a link is one image.
        const key = await realpath(file).catch(() => path.resolve(file));
        if (!found.has(key)) found.set(key, file);
      }
    } catch (error) {
      const { code, message } = reportOf(error);
      failed.push({ file: operand, code, reason: message });
    }
  }
  const paths = [...found.values()];
  const base = commonFolder(paths.map((file) => path.resolve(file)));
  const files = paths.map((file) => ({
    path: file,
    name: path.relative(base, path.resolve(file)).split(path.sep).join('/'),
  }));
  return { files, failed };
}

async function filesOf(operand: string, isRecursive: boolean): Promise<string[]> {
  const facts = await stat(operand).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && patternSigns.test(operand)) return undefined;
    throw error;
  });
  if (facts === undefined) {
    const matches: string[] = [];
    for await (const file of glob(operand)) if (imageEndings.test(file)) matches.push(file);
    return sortFiles(matches);
  }
  if (!facts.isDirectory()) return [operand];
  const entries = await readdir(operand, { recursive: isRecursive, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory() && imageEndings.test(entry.name))
    // macOS leaves ._twins of images on foreign disks
    .filter((entry) => !entry.name.startsWith('.'))
    .map((entry) => path.join(entry.parentPath, entry.name));
  return sortFiles(files);
}

/** The deepest folder that holds all files. */
function commonFolder(files: readonly string[]): string {
  const [first, ...rest] = files.map((file) => path.dirname(file).split(path.sep));
  if (first === undefined) return '.';
  let length = first.length;
  for (const parts of rest) {
    let shared = 0;
    while (shared < length && parts[shared] === first[shared]) shared++;
    length = shared;
  }
  return first.slice(0, length).join(path.sep) || path.sep;
}

/** Group files into cases, in their order; returns names with the positions of their files. */
export function groupCases(
  files: readonly InputFile[],
  by: 'folder' | 'image' | 'all',
): { readonly name: string; readonly indices: readonly number[] }[] {
  const cases = new Map<string, number[]>();
  files.forEach((file, i) => {
    const folder = path.basename(path.dirname(path.resolve(file.path)));
    const inside = path.posix.dirname(file.name);
    const name =
      by === 'all' ? 'All images' : by === 'image' ? file.name : inside === '.' ? folder : inside;
    const indices = cases.get(name);
    if (indices === undefined) cases.set(name, [i]);
    else indices.push(i);
  });
  return [...cases].map(([name, indices]) => ({ name, indices }));
}
