/**
 * @file The models of a server: those of the folder it was given, then those that administrators added.
 *
 * The default is the one named in the file `default` of the first folder, or else the first by name. Folders are read
 * anew at each question: an added model is there for every process that shares them.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Model } from '@leukoscope/contract';
import { messageOf } from '@leukoscope/core';
import { sha256Hex } from '../canonical-json.ts';
import { HttpError } from '../http-error.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { listModelFiles, type ModelFile, sizeOfModel } from './model-folder.ts';
import { modelFactsSchema } from './analysis-protocol.ts';

/** What is on the shelf, and files that look like models and cannot be opened. */
export interface ShelfList {
  readonly items: Model[];
  readonly broken: { id: string; reason: string }[];
}

/** The models of a server. */
export interface ModelShelf {
  /** Where administrators' models lie. */
  readonly addedFolder: string;
  /** Describe all models; loads each once. */
  list(): Promise<ShelfList>;
  describe(id: string): Promise<Model>;
  /** The model that new fields are analysed with. */
  default(): ModelFile;
  find(id: string): ModelFile | undefined;
  /** Tell whether an administrator added a model. */
  isAdded(id: string): boolean;
  hasAny(): boolean;
  /** Throw unless a file is fit to run: in a child process, which may crash. */
  check(file: string): Promise<void>;
  /** Forget what is known of a model: it was replaced or removed. */
  forget(id: string): void;
}

/** Open the folder of models and the one of added models. */
export function openModelShelf(folder: string, addedFolder: string, pool: HostPool): ModelShelf {
  const files = (): ModelFile[] => {
    const own = listModelFiles(folder);
    const ids = new Set(own.map(({ id }) => id));
    return [...own, ...listModelFiles(addedFolder).filter(({ id }) => !ids.has(id))];
  };
  // One file, or a folder of a model that was learnt here.
  const isAdded = ({ file }: ModelFile) => file.startsWith(path.resolve(addedFolder) + path.sep);
  const known = new Map<string, Promise<Model>>();
  const describe = async (file: ModelFile): Promise<Model> => {
    const answer = await pool.run({ kind: 'describe', modelFile: file.file });
    const { name, hash, classes, reader, parent } = modelFactsSchema.parse(answer);
    return {
      id: file.id,
      name,
      sha256: toSha256(hash),
      sizeBytes: sizeOfModel(file),
      classes,
      reader,
      parent,
      card: existsSync(file.card) ? readFileSync(file.card, 'utf8') : null,
      isDefault: file.id === defaultOf(files(), folder)?.id,
      isAdded: isAdded(file),
    };
  };
  const describeOnce = (file: ModelFile): Promise<Model> => {
    const before = known.get(file.id);
    if (before !== undefined) return before;
    const model = describe(file);
    known.set(file.id, model);
    // A failed description is asked for again next time.
    model.catch(() => known.delete(file.id));
    return model;
  };
  const find = (id: string) => files().find((file) => file.id === id);
  return {
    addedFolder,
    async list() {
      const all = files();
      const told = await Promise.allSettled(all.map(describeOnce));
      const items = told.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      return {
        // Whoever looks for a model finds the usual one first.
        items: items.sort((a, b) => Number(b.isDefault) - Number(a.isDefault)),
        broken: told.flatMap((one, i) =>
          one.status === 'rejected' ? [{ id: all[i]!.id, reason: messageOf(one.reason) }] : [],
        ),
      };
    },
    async describe(id) {
      return describeOnce(find(id)!);
    },
    default: () => {
      const first = defaultOf(files(), folder);
      if (first !== undefined) return first;
      throw new HttpError(
        503,
        'MODEL_NONE',
        `server must have a model to analyse with. Received none in ${folder}. Put a model there, or set LEUKOSCOPE_MODELS, and start again.`,
      );
    },
    find,
    isAdded: (id) => {
      const file = find(id);
      return file !== undefined && isAdded(file);
    },
    hasAny: () => files().length > 0,
    check: async (file) => {
      await pool.run({ kind: 'try', modelFile: file });
    },
    forget: (id) => {
      known.delete(id);
    },
  };
}

/** A model of several files names several hashes, joined by `+`: hash the list. */
export function toSha256(hash: string): string {
  return /^[0-9a-f]{64}$/.test(hash) ? hash : sha256Hex(hash);
}

function defaultOf(files: readonly ModelFile[], folder: string): ModelFile | undefined {
  const named = path.join(folder, 'default');
  const id = existsSync(named) ? readFileSync(named, 'utf8').trim() : undefined;
  return files.find((file) => file.id === id) ?? files[0];
}
