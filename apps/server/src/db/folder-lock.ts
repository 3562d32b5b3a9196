/**
 * @file Lets one process at a time use a data folder.
 *
 * The lock is a listening socket: the kernel drops it with its process, so a lock never outlives a
 * crash, and a live one is never stolen. PGlite itself would let two processes in and lose rows.
 */
import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { LeukoscopeError } from '@leukoscope/core';

/** A held lock. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Lock a folder that exists; throws `FOLDER_LOCKED` with the holder's process id. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const address = addressOf(folder);
  for (let tries = 0; tries < 3; tries++) {
    const server = await listen(address);
    if (server !== undefined) return { release: () => close(server) };
    const holder = await askHolder(address);
    if (holder !== undefined) {
      throw new LeukoscopeError(
        'FOLDER_LOCKED',
        `data folder must be used by one process. Received ${folder}, which process ${holder} uses. Stop that process, or use PostgreSQL.`,
      );
    }
    // Nobody listens: the socket file is left over from a process that was killed.
    rmSync(address, { force: true });
  }
  throw new LeukoscopeError(
    'FOLDER_LOCKED',
    `data folder must be used by one process. Received ${folder}, which others are opening too. Try again.`,
  );
}

/** Socket paths may have some 100 characters only, so a long folder's socket lies in the temporary folder. */
function addressOf(folder: string): string {
  const real = realpathSync(folder);
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 24);
  if (process.platform === 'win32') return `\\\\.\\pipe\\leukoscope-${hash}`;
  const beside = path.join(real, '.lock');
  return beside.length < 100 ? beside : path.join(os.tmpdir(), `leukoscope-${hash}.lock`);
}

function listen(address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(String(process.pid));
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      server.unref();
      resolve(server);
    });
  });
}

function askHolder(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(address);
    let answer = '';
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('data', (data) => {
      answer += String(data);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED' || error.code === 'ENOENT' ? undefined : 'unknown');
    });
    // A holder that is stopped or busy accepts but does not answer; it lives all the same.
    socket.on('close', () => resolve(answer === '' ? 'unknown' : answer));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
