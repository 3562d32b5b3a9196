/**
 * @file PGlite's Node file system with fsync.
 *
 * As shipped, PGlite never flushes: after a power cut its folder does not open (tried; pglite issue
 * #1107). This hook answers fsync of the stream operations, and the start parameters leave out `-F`.
 * It leans on an internal of the pinned version; a test counts the flushes.
 */
import { closeSync, fsyncSync, openSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { PGlite, type PGliteInterface } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { z } from 'zod';

type InitArguments = Parameters<NodeFS['init']>;

const moduleSchema = z.object({
  FS: z.object({
    filesystems: z.object({
      NODEFS: z.object({
        stream_ops: z.looseObject({}),
        node_ops: z.looseObject({ mknod: z.unknown(), setattr: z.unknown() }),
      }),
    }),
  }),
});

/** Counts flushes, for tests. */
export interface FlushCount {
  flushes: number;
}

/** NodeFS whose fsync reaches the disk. */
export class DurableNodeFS extends NodeFS {
  readonly #count: FlushCount;

  constructor(folder: string, count: FlushCount = { flushes: 0 }) {
    super(folder);
    this.#count = count;
  }

  override async init(...args: InitArguments): ReturnType<NodeFS['init']> {
    const result = await super.init(...args);
    const count = this.#count;
    result.emscriptenOpts.preRun?.push((mod: unknown) => {
      parseStreamOps(mod)['fsync'] = (stream: { nfd: number }) => {
        fsyncSync(stream.nfd);
        count.flushes++;
        return 0;
      };
      keepPrivate(parseNodeOps(mod));
    });
    return result;
  }
}

/** Start parameters that make PostgreSQL flush. This build's fdatasync is a stub, hence `fsync`. */
export const durableStartParams = [
  ...PGlite.defaultStartParams.filter((param) => param !== '-F'),
  '-c',
  'fsync=on',
  '-c',
  'wal_sync_method=fsync',
  '-c',
  'shared_buffers=32MB',
];

/** Flush a folder with everything in it, and the folder's own entry: needed once after it was made. */
export function flushTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) flushTree(full);
    else if (entry.isFile()) flushPath(full);
  }
  flushPath(folder);
  flushPath(path.dirname(folder));
}

/** Flush one file or folder. */
export function flushPath(file: string): void {
  // Windows cannot open folders for flushing; NTFS journals their entries itself.
  if (process.platform === 'win32' && statSync(file).isDirectory()) return;
  const handle = openSync(file, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The emscripten module is untyped: check that the hook's place exists before writing to it. */
function parseStreamOps(mod: unknown): Record<string, unknown> {
  moduleSchema.parse(mod);
  return (mod as { FS: { filesystems: { NODEFS: { stream_ops: Record<string, unknown> } } } }).FS
    .filesystems.NODEFS.stream_ops;
}

/** PGlite makes its files writable for everybody: leave the owner's rights only. */
function keepPrivate(ops: NodeOps): void {
  const { mknod, setattr } = ops;
  ops.mknod = (parent, name, mode, device) => mknod(parent, name, mode & ~0o077, device);
  ops.setattr = (node, attributes) => {
    const { mode } = attributes;
    setattr(node, typeof mode === 'number' ? { ...attributes, mode: mode & ~0o077 } : attributes);
  };
}

interface NodeOps {
  mknod(parent: unknown, name: unknown, mode: number, device: unknown): unknown;
  setattr(node: unknown, attributes: { readonly mode?: number }): void;
}

function parseNodeOps(mod: unknown): NodeOps {
  moduleSchema.parse(mod);
  return (mod as { FS: { filesystems: { NODEFS: { node_ops: NodeOps } } } }).FS.filesystems.NODEFS
    .node_ops;
}

/** The part of PGlite's interface used elsewhere. */
export type { PGliteInterface };
