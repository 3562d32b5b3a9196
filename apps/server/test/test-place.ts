/**
 * @file Where test servers and databases keep their folders: in memory, where a machine has some to spare. Every
 * transaction of the embedded database waits for its disk, and no test of these pulls a plug.
 */
import { statfsSync } from 'node:fs';
import os from 'node:os';

const memory = '/dev/shm';
/** Some servers of two test processes, each of fifty megabytes. */
const leastBytes = 2 * 2 ** 30;

/** Return the folder in which folders of tests are made. */
export function testPlace(): string {
  try {
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize >= leastBytes) return memory;
  } catch {
    // Another system than Linux.
  }
  return os.tmpdir();
}
