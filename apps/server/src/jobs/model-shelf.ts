/**
 * @file The models of a server: every description `NAME.json` in one folder, with a card `NAME.md` beside it.
 *
 * The default is the one named in the file `default`, or else the first by name.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Model } from '@leukoscope/contract';
import { sha256Hex } from '../canonical-json.ts';
import { HttpError } from '../http-error.ts';
import type { HostPool } from './host-pool.ts';
import { modelFactsSchema } from './serve-analyses.ts';

/** One model. */
export interface ModelFile {
  readonly id: string;
  /** Its description. */
  readonly file: string;
}

/** The models of a server. */
export interface ModelShelf {
  /** Describe all models; loads each once. */
  list(): Promise<Model[]>;
  /** The model that new fields are analysed with. */
  default(): ModelFile;
  find(id: string): ModelFile | undefined;
  hasAny(): boolean;
}

/** Open a folder of models; one that does not exist holds none. */
export function openModelShelf(folder: string, pool: HostPool): ModelShelf {
  const files = readModels(folder);
  const first = defaultOf(files, folder);
  const described = new Map<string, Promise<Model>>();
  const describe = async (file: ModelFile): Promise<Model> => {
    const answer = await pool.run({ kind: 'describe', modelFile: file.file });
    const { name, hash, classes } = modelFactsSchema.parse(answer);
    const card = file.file.replace(/\.json$/, '.md');
    return {
      id: file.id,
      name,
      sha256: toSha256(hash),
      sizeBytes: sizeOf(folder, file.file),
      classes,
      card: existsSync(card) ? readFileSync(card, 'utf8') : null,
      isDefault: file === first,
    };
  };
  return {
    list: () =>
      Promise.all(
        files.map((file) => {
          let model = described.get(file.id);
          if (model === undefined) {
            model = describe(file);
            described.set(file.id, model);
            // A failed description is asked for again next time.
            model.catch(() => described.delete(file.id));
          }
          return model;
        }),
      ),
    default: () => {
      if (first !== undefined) return first;
      throw new HttpError(
        503,
        'MODEL_NONE',
        `server must have a model to analyse with. Received no description *.json in ${folder}. Put a model there, or set LEUKOSCOPE_MODELS, and start again.`,
      );
    },
    find: (id) => files.find((file) => file.id === id),
    hasAny: () => files.length > 0,
  };
}

/** A model of several files names several hashes, joined by `+`: hash the list. */
export function toSha256(hash: string): string {
  return /^[0-9a-f]{64}$/.test(hash) ? hash : sha256Hex(hash);
}

function readModels(folder: string): ModelFile[] {
  if (!existsSync(folder)) return [];
  return (
    readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({ id: name.slice(0, -'.json'.length), file: path.join(folder, name) }))
      // By name without ending: a variant "model-int8" comes after "model".
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  );
}

/** The description and every file of its folder that it names: models of several files share no name. */
function sizeOf(folder: string, file: string): number {
  const description = readFileSync(file, 'utf8');
  return readdirSync(folder)
    .filter((name) => name === path.basename(file) || description.includes(JSON.stringify(name)))
    .reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}

function defaultOf(files: readonly ModelFile[], folder: string): ModelFile | undefined {
  const named = path.join(folder, 'default');
  const id = existsSync(named) ? readFileSync(named, 'utf8').trim() : undefined;
  return files.find((file) => file.id === id) ?? files[0];
}
