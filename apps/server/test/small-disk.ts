/** @file A disk of 160 MB that tests fill: a tmpfs, which root may mount on Linux. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const sizeMegabytes = 160;

/** A disk to fill. */
export interface SmallDisk {
  readonly folder: string;
  /** False where none may be mounted; its tests are skipped, and a line says so. */
  readonly isMounted: boolean;
  /** Write until nothing fits any more; returns how to make room again. */
  fill(): () => void;
  unmount(): void;
}

/** Mount a small disk. */
export function mountSmallDisk(): SmallDisk {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'leukoscope-disk-'));
  const filler = path.join(folder, 'filler');
  const size = `size=${sizeMegabytes}m`;
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder]).status === 0;
  if (!isMounted) {
    console.warn('SKIPPED: a full disk, for which a small one must be mounted (Linux, as root).');
  }
  return {
    folder,
    isMounted,
    fill: () => {
      const file = openSync(filler, 'w');
      const block = Buffer.alloc(4096);
      try {
        for (;;) writeSync(file, block);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        closeSync(file);
      }
      return () => rmSync(filler);
    },
    unmount: () => {
      if (isMounted) spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
