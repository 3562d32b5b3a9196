/**
 * @file The keys that seal histories, in a file outside the database: whoever may write the database but not
 * read this file cannot make a seal.
 *
 * The last key seals; earlier ones stay to check what they sealed. A lost key stands there without its secret.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { LeukoscopeError, messageOf } from '@leukoscope/core';
import { timeSchema } from '@leukoscope/contract';
import { z } from 'zod';
import { flushPath } from '../db/durable-file-system.ts';
import { privateFolder, writePrivate } from '../private-files.ts';

const secretBytes = 32;

const fileSchema = z.object({
  format: z.literal('leukoscope-keys-1'),
  /** The ledger that is sealed with the keys; null until it has begun. */
  ledger: z.uuid().nullable(),
  keys: z
    .array(
      z.object({
        id: z.string().min(1).max(40),
        /** Null: it was lost. */
        secret: z.base64().length(44).nullable(),
        madeAt: timeSchema,
      }),
    )
    .min(1),
});
type KeyFile = z.infer<typeof fileSchema>;

/** The keys of one file. */
export interface KeyRing {
  readonly file: string;
  /** The id of the newest key. */
  newest(): string;
  /** The secret of a key, or undefined for one that was lost; throws for one that the file does not know. */
  secretOf(id: string): Buffer | undefined;
  /** The place of a key in the order in which they were made; -1: unknown. */
  placeOf(id: string): number;
  /** The ledger that has begun with these keys. */
  ledger(): string | undefined;
  markBegun(ledger: string): void;
  /** Add a new key and return its id. */
  add(now: Date): string;
  /** Note keys whose secrets are lost, before all others. */
  addLost(ids: readonly string[], now: Date): void;
  /** Take over keys of another file that this one lacks, before its own. */
  adopt(file: string): void;
}

/** Read the file of keys. */
export function readKeys(file: string): KeyRing {
  let known = parseFile(file);
  const save = (next: KeyFile) => {
    writeDurably(file, next);
    known = next;
  };
  const find = (id: string) => known.keys.find((key) => key.id === id);
  return {
    file,
    newest: () => known.keys.at(-1)!.id,
    secretOf: (id) => {
      // Another process may have added it.
      if (find(id) === undefined) known = parseFile(file);
      const key = find(id);
      if (key === undefined) throw unknownKey(id, file);
      return key.secret === null ? undefined : Buffer.from(key.secret, 'base64');
    },
    placeOf: (id) => known.keys.findIndex((key) => key.id === id),
    ledger: () => known.ledger ?? undefined,
    markBegun: (ledger) => save({ ...parseFile(file), ledger }),
    add: (now) => {
      const before = parseFile(file);
      const made = newKey(now);
      save({ ...before, keys: [...before.keys, made] });
      return made.id;
    },
    addLost: (ids, now) => {
      const before = parseFile(file);
      const lost = ids
        .filter((id) => find(id) === undefined)
        .map((id) => ({ id, secret: null, madeAt: now.toISOString() }));
      save({ ...before, keys: [...lost, ...before.keys] });
    },
    adopt: (other) => {
      const theirs = parseFile(other);
      const lacking = theirs.keys.filter((key) => find(key.id) === undefined);
      save({ ...known, keys: [...lacking, ...known.keys] });
    },
  };
}

/** Make the file of keys, unless it is there: two processes may start at once. */
export function makeKeys(file: string, now: Date): void {
  if (existsSync(file)) return;
  mkdirSync(path.dirname(file), { recursive: true, mode: privateFolder });
  const making = `${file}.${randomBytes(8).toString('hex')}`;
  writeDurably(making, { format: 'leukoscope-keys-1', ledger: null, keys: [newKey(now)] });
  try {
    // Unlike a rename, a link leaves a file that is there alone.
    linkSync(making, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(making, { force: true });
  }
  flushPath(path.dirname(file));
}

/** Say that a key is not in the file. */
export function unknownKey(id: string, file: string): LeukoscopeError {
  return new LeukoscopeError(
    'KEY_MISSING',
    `key file must hold the key that sealed the histories. Received ${file} without ${id}. Put the file back from its safe copy, or name it with LEUKOSCOPE_KEY_FILE; if the key is lost for good, see docs/guide-server.md, "The key".`,
  );
}

function newKey(now: Date): KeyFile['keys'][number] {
  return {
    id: `k-${randomBytes(6).toString('hex')}`,
    secret: randomBytes(secretBytes).toString('base64'),
    madeAt: now.toISOString(),
  };
}

function parseFile(file: string): KeyFile {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new LeukoscopeError(
      'KEY_FILE',
      `key file must be there, readable and whole. Received ${file}: ${messageOf(cause).slice(0, 200)}. Put it back from its safe copy, or name it with LEUKOSCOPE_KEY_FILE.`,
      { cause },
    );
  }
}

function writeDurably(file: string, content: KeyFile): void {
  const temporary = `${file}.${randomBytes(8).toString('hex')}`;
  writePrivate(temporary, `${JSON.stringify(fileSchema.parse(content), null, 1)}\n`);
  flushPath(temporary);
  renameSync(temporary, file);
  flushPath(path.dirname(file));
}
