/**
 * @file Files and folders that only their owner may read: patients' pictures, hashes of passwords, keys.
 *
 * Modes are given with every call, not left to the umask, which can take rights away but adds none.
 */
import { chmodSync, lstatSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Mode of folders. */
export const privateFolder = 0o700;
/** Mode of files. */
export const privateFile = 0o600;

/** Write a new file that only its owner may read. */
export function writePrivate(file: string, data: string | Uint8Array): void {
  writeFileSync(file, data, { mode: privateFile, flag: 'wx' });
}

/**
 * Take away from others, in a folder and everything in it, what an earlier version or a copy gave them. What lies
 * in a folder named in `large` is looked at only if that folder is open itself: it may hold a million images.
 */
export function makePrivate(root: string, large: readonly string[] = []): void {
  // Windows has no such modes; its data folder inherits the rights of the person's own folder.
  if (process.platform === 'win32') return;
  tighten(root);
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const full = path.join(root, entry.name);
    if (large.includes(entry.name) && !isOpen(full)) continue;
    if (entry.isDirectory()) makePrivate(full);
    else if (entry.isFile()) tighten(full);
  }
}

function isOpen(file: string): boolean {
  return (lstatSync(file).mode & 0o077) !== 0;
}

function tighten(file: string): void {
  if (isOpen(file)) chmodSync(file, lstatSync(file).mode & 0o700);
}
