/** @file One file name for each image in a flat folder, also when stems repeat between folders. */
import { folderOf, stemOf } from './locate-image.ts';

/** Return each file's stem, with its folders in front where stems repeat, and a number where those do. */
export function uniqueNames(files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(stemOf(file), (counts.get(stemOf(file)) ?? 0) + 1);
  const taken = new Set<string>();
  return files.map((file) => {
    const stem = stemOf(file);
    const long = `${folderOf(file).replaceAll('/', '__')}__${stem}`;
    const name = counts.get(stem) === 1 ? stem : long;
    let free = name;
    for (let k = 2; taken.has(free); k++) free = `${name}-${k}`;
    taken.add(free);
    return free;
  });
}
