/**
 * @file Looks at a data folder before anything opens it: a mistyped, emptied or damaged one is told by name,
 * never made into a new one, and what is in it is its owner's alone.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { LeukoscopeError } from '@leukoscope/core';
import { flushPath } from './db/durable-file-system.ts';
import { makePrivate, privateFolder, writePrivate } from './private-files.ts';
import type { Settings } from './settings.ts';

/** Lies in a data folder while its database is made. */
const makingName = 'postgres.making';
/** What may lie in a folder beside Leukoscope's own things when it is made into a data folder. */
const harmless = new Set(['lost+found', 'models', '.lock', 'cache', 'uploads', makingName]);

/** Settings of `checkDataFolder`. */
export interface DataFolderOptions {
  /** Make it when there is nothing yet. */
  readonly mayMake: boolean;
}

/** Throw unless a data folder holds what it must; make it private, and make it where that is allowed. */
export function checkDataFolder(
  { dataFolder, database }: Pick<Settings, 'dataFolder' | 'database'>,
  { mayMake }: DataFolderOptions,
): void {
  if (!existsSync(dataFolder)) {
    if (!mayMake) throw folderFault(dataFolder, 'one that does not exist');
    mkdirSync(dataFolder, { recursive: true, mode: privateFolder });
    return;
  }
  const entries = readdirSync(dataFolder);
  const isEmbedded = 'folder' in database;
  const isNew = isEmbedded && !entries.includes('postgres');
  if (isNew || (!isEmbedded && entries.length === 0)) {
    if (!mayMake) {
      const how = entries.length === 0 ? 'an empty one' : 'one without a database';
      throw folderFault(dataFolder, how);
    }
    const others = entries.filter((name) => !harmless.has(name));
    if (others.length > 0)
      throw folderFault(dataFolder, `one with ${others.slice(0, 3).join(', ')}`);
  }
  makePrivate(dataFolder, ['files', 'cache']);
}

/**
 * Note that a database is being made. Nothing was answered from it before the note is gone from the disk, so what
 * a broken start left is thrown away.
 */
export function beginMaking(folder: string): void {
  const note = path.join(folder, makingName);
  const data = path.join(folder, 'postgres');
  if (existsSync(note)) rmSync(data, { recursive: true, force: true });
  else writePrivate(note, '');
  mkdirSync(data, { recursive: true, mode: privateFolder });
  flushPath(folder);
}

/** Note that the database is made. */
export function endMaking(folder: string): void {
  rmSync(path.join(folder, makingName), { force: true });
  flushPath(folder);
}

/** Whether the folder has no database, or one whose making was broken off. */
export function isUnmade(folder: string): boolean {
  if (existsSync(path.join(folder, makingName))) return true;
  const data = path.join(folder, 'postgres');
  return !existsSync(data) || readdirSync(data).length === 0;
}

function folderFault(folder: string, how: string): LeukoscopeError {
  return new LeukoscopeError(
    'DATA_FOLDER',
    `data folder must be one that leukoscope serve has made, or, for its first start, new or empty. Received ${how}: ${folder}. Check the path (LEUKOSCOPE_DATA or --data); nothing was made or changed.`,
  );
}
