/** @file Checkpoint files in Node: written beside, flushed, then renamed, so a crash leaves the old or the new. */
import { open, readFile, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';

/** Write a checkpoint atomically. */
export async function saveCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  await writeFileAtomically(file, encodeCheckpoint(checkpoint));
}

/** Read a checkpoint file. */
export async function loadCheckpoint(file: string): Promise<Checkpoint> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new LeukoscopeError(
      'NN_CHECKPOINT',
      `the checkpoint ${file} must be a readable file. Received: ${messageOf(error)}.`,
      { cause: error },
    );
  }
  return decodeCheckpoint(bytes);
}

/** Write bytes so that the file is always whole: the old content until the new one is on disk. */
export async function writeFileAtomically(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.partial`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw new LeukoscopeError(
      'NN_WRITE',
      `${file} must be writable with ${bytes.length} bytes of space. Received: ${messageOf(error)}. The old file, if any, is untouched.`,
      { cause: error },
    );
  }
}

/** The rename itself must reach the disk, too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
